import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ItemError } from '../../../src/base/result.js';
import { RecordPrinter, type RecordSink } from '../../../src/records/consume-print.js';
import { type RecordFilter, valueMatches } from '../../../src/records/filter.js';
import { formatValueLine } from '../../../src/records/format.js';
import { batchOf } from './support.js';

const never = new AbortController().signal;

class Sink implements RecordSink {
  readonly #closed = new AbortController();
  readonly chunks: Buffer[] = [];
  /** The reader goes away when this many chunks were taken. */
  closesAfter = Number.POSITIVE_INFINITY;
  stuck = false;

  get closed() {
    return this.#closed.signal;
  }

  get text() {
    return Buffer.concat(this.chunks).toString();
  }

  async write(chunk: Uint8Array) {
    if (this.stuck) await new Promise(() => {});
    if (this.chunks.length >= this.closesAfter) this.#closed.abort();
    else this.chunks.push(Buffer.from(chunk));
  }
}

function printerOf(
  sink: Sink,
  {
    maxRecords = Number.POSITIVE_INFINITY,
    stop = never,
    filter,
  }: { maxRecords?: number; stop?: AbortSignal; filter?: RecordFilter } = {},
) {
  const errors: ItemError[] = [];
  const printer = new RecordPrinter(sink, {
    format: formatValueLine,
    consumer: 'c',
    group: '',
    maxRecords,
    stop,
    filter,
  });
  const print = (records: Buffer, startOffset = 0, endOffset = Number.POSITIVE_INFINITY) =>
    printer.print(
      [{ topic: 't', partition: 0, records, startOffset, endOffset, abortedTransactions: [] }],
      never,
      (_, error) => errors.push(error),
    );
  return { printer, print, errors };
}

test('records are printed in order, and the position is behind them', async () => {
  const sink = new Sink();
  const { printer, print } = printerOf(sink);
  await print(batchOf(['a', 'b', 'c'], 10), 11);
  assert.equal(sink.text, 'b\nc\n');
  assert.equal(printer.printed, 2);
  assert.equal(printer.positions.get('t-0'), 13);
});

test('no record at or behind the end is printed', async () => {
  const sink = new Sink();
  const { printer, print } = printerOf(sink);
  await print(batchOf(['a', 'b', 'c']), 0, 2);
  assert.equal(sink.text, 'a\nb\n');
  assert.equal(printer.positions.get('t-0'), 2);
});

test('the position stays within a batch of which only some records were wanted', async () => {
  const sink = new Sink();
  const { printer, print } = printerOf(sink, { maxRecords: 2 });
  await print(batchOf(['a', 'b', 'c']));
  assert.equal(printer.finished, true);
  assert.equal(printer.positions.get('t-0'), 2);
});

test('what a reader that went away did not take does not count', async () => {
  const sink = new Sink();
  sink.closesAfter = 1;
  const { printer, print } = printerOf(sink);
  await print(batchOf(['a', 'b']));
  await print(batchOf(['c'], 2), 2);
  assert.equal(printer.positions.get('t-0'), 2);
  assert.equal(printer.printed, 2);
  assert.equal(printer.finished, true);
});

test('large answers reach the reader, and count, chunk by chunk', async () => {
  const sink = new Sink();
  sink.closesAfter = 1;
  const { printer, print } = printerOf(sink);
  const value = 'x'.repeat(200_000);
  await print(batchOf(Array.from({ length: 5 }, () => value)));
  assert.equal(sink.chunks.length, 1);
  assert.equal(printer.printed, 3);
  assert.equal(printer.positions.get('t-0'), 3);
});

test('a reader that does not read holds up the end only for a moment', async () => {
  const sink = new Sink();
  sink.stuck = true;
  const stop = AbortSignal.abort();
  const { printer, print } = printerOf(sink, { stop });
  const startMs = performance.now();
  await print(batchOf(['a']));
  assert.ok(performance.now() - startMs < 5000);
  assert.equal(printer.positions.size, 0);
});

test('a corrupt batch is named, and what came before it is printed', async () => {
  const sink = new Sink();
  const { printer, print, errors } = printerOf(sink);
  const corrupt = batchOf(['c'], 2);
  corrupt.writeUInt8((corrupt.at(-1) ?? 0) ^ 0xff, corrupt.length - 1);
  await print(Buffer.concat([batchOf(['a', 'b']), corrupt]));
  assert.equal(sink.text, 'a\nb\n');
  assert.equal(printer.positions.get('t-0'), 2);
  assert.deepEqual(
    errors.map(({ code }) => code),
    ['CORRUPT_MESSAGE'],
  );
  assert.match(errors[0]?.message ?? '', /offset 2.*read up to offset 2/);
});

test('a search passes over what cannot match, and counts it as looked at', async () => {
  const values = Array.from({ length: 300 }, (_, id) => (id % 97 === 5 ? `needle ${id}` : `hay ${id}`));
  const found = values.filter((value) => value.startsWith('needle')).map((value) => `${value}\n`);
  for (const pattern of ['needle', 'needle [0-9]+$', 'ne.dle']) {
    const sink = new Sink();
    const { printer, print } = printerOf(sink, { filter: await valueMatches(pattern) });
    await print(Buffer.concat([batchOf(values), batchOf(values, 300)]));
    assert.equal(sink.text, [...found, ...found].join(''), pattern);
    assert.equal(printer.scanned, 600);
    assert.equal(printer.positions.get('t-0'), 600);
  }
});

test('a search looks at nothing behind the end', async () => {
  const sink = new Sink();
  const { printer, print } = printerOf(sink, { filter: await valueMatches('needle') });
  await print(batchOf(['a', 'needle 1', 'b', 'c', 'needle 4', 'd']), 0, 4);
  assert.equal(sink.text, 'needle 1\n');
  assert.equal(printer.scanned, 4);
  assert.equal(printer.positions.get('t-0'), 4);
});
