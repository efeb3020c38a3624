import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  BufferPool,
  encodeHeaders,
  NO_HEADERS,
  RecordBatchBuilder,
} from '../../../src/protocol/records/builder.js';
import { LineEncoder } from '../../../src/protocol/records/line-encoder.js';

const inputBytes = 256 * 1024;
const batchBytes = 64 * 1024;
const encoder = LineEncoder.open(inputBytes, 4 * batchBytes);
assert.ok(encoder, 'this Node has WebAssembly');

/** Batches of the lines, taken many at once where that goes, else one by one. */
function batches(lines: Buffer[], form: Form, many: boolean): Buffer[] {
  assert.ok(encoder);
  const pool = new BufferPool(batchBytes, 4, encoder.batches);
  const open = () => new RecordBatchBuilder({ maxBytes: form.maxBytes, expectedBytes: 100, pool });
  const text = Buffer.concat(lines.flatMap((line) => [line, Buffer.from([form.delimiter])]));
  text.copy(encoder.input);
  const { delimiter, headers } = form;
  const run = {
    bytes: encoder.input,
    start: 0,
    end: text.length,
    delimiter,
    headers,
    timestampMs: form.timestampMs,
    most: form.most,
  };
  const built: Buffer[] = [];
  let builder = open();
  for (let taken = 0; taken < lines.length; ) {
    const enough = builder.sizeBytes + form.enoughBytes;
    const records = many ? builder.appendLines(encoder, run, enough) : 0;
    taken += records;
    if (records > 0) continue;
    const end = run.start + (lines[taken] as Buffer).length;
    const record = { ...run, keyStart: -1, keyEnd: -1, valueStart: run.start, valueEnd: end };
    if (builder.append(record, headers)) {
      taken += 1;
      run.start = end + 1;
    } else {
      built.push(Buffer.from(builder.build()));
      builder = open();
    }
  }
  built.push(Buffer.from(builder.build()));
  return built;
}

interface Form {
  delimiter: number;
  headers: Buffer;
  timestampMs: number;
  maxBytes: number;
  enoughBytes: number;
  most: number;
}

const headers = encodeHeaders([{ key: Buffer.from('h'), value: Buffer.from('1') }]);

test('many lines at once are the same bytes as each by itself', () => {
  const line = fc.oneof(
    { weight: 8, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 8_180, max: 20_000 }).map((length) => new Uint8Array(length).fill(65)),
    },
  );
  const forms = fc.record({
    delimiter: fc.constantFrom(10, 0, 255),
    headers: fc.constantFrom(NO_HEADERS, headers),
    timestampMs: fc.constantFrom(0, 1_700_000_000_000),
    maxBytes: fc.constantFrom(1000, 20_000, batchBytes),
    enoughBytes: fc.constantFrom(1, 500, Number.POSITIVE_INFINITY),
    most: fc.constantFrom(1, 7, Number.POSITIVE_INFINITY),
  });
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 40 }),
      fc.integer({ min: 1, max: 40 }),
      forms,
      (some, times, form) => {
        const clean = some.map((bytes) =>
          Buffer.from(bytes.map((byte) => (byte === form.delimiter ? 1 : byte))),
        );
        const lines = Array.from({ length: times }, () => clean).flat();
        while (lines.reduce((sum, { length }) => sum + length + 1, 0) > inputBytes) lines.pop();
        assert.deepEqual(batches(lines, form, true), batches(lines, form, false));
      },
    ),
  );
});

test('a later run of a batch has the difference of its time, before and after', () => {
  assert.ok(encoder);
  const pool = new BufferPool(batchBytes, 4, encoder.batches);
  const both = [true, false].map((many) => {
    const builder = new RecordBatchBuilder({ maxBytes: batchBytes, pool });
    const bytes = encoder.input;
    for (const timestampMs of [5_000, 5_000 + 2 ** 29, 4_000]) {
      const end = bytes.write('line\n');
      const run = { bytes, start: 0, end, delimiter: 10, headers: NO_HEADERS, timestampMs, most: 9 };
      if (many) assert.equal(builder.appendLines(encoder, run, batchBytes), 1);
      else builder.append({ bytes, keyStart: -1, keyEnd: -1, valueStart: 0, valueEnd: 4, timestampMs });
    }
    return Buffer.from(builder.build());
  });
  assert.deepEqual(both[0], both[1]);
});

test('what lies elsewhere, does not end, or is too far in time is taken by itself', () => {
  assert.ok(encoder);
  const builder = new RecordBatchBuilder({
    maxBytes: batchBytes,
    pool: new BufferPool(batchBytes, 4, encoder.batches),
  });
  encoder.input.write('line\n');
  const run = {
    bytes: encoder.input,
    start: 0,
    end: 5,
    delimiter: 10,
    headers: NO_HEADERS,
    timestampMs: 0,
    most: 1,
  };
  assert.equal(builder.appendLines(encoder, { ...run, bytes: Buffer.from('line\n') }, batchBytes), 0);
  assert.equal(builder.appendLines(encoder, { ...run, end: 4 }, batchBytes), 0);
  assert.equal(builder.appendLines(encoder, run, batchBytes), 1);
  run.start = 0;
  assert.equal(builder.appendLines(encoder, { ...run, timestampMs: 2 ** 31 }, batchBytes), 0);
  const alone = new RecordBatchBuilder({ maxBytes: batchBytes });
  assert.equal(alone.appendLines(encoder, run, batchBytes), 0, 'a batch that is not in its memory');
});
