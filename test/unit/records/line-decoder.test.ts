import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BATCH } from '../../../src/protocol/records/batch.js';
import { encodeHeaders, NO_HEADERS, RecordBatchBuilder } from '../../../src/protocol/records/builder.js';
import { RecordCursor } from '../../../src/protocol/records/cursor.js';
import { indexOfText, LineDecoder, recordMemory } from '../../../src/protocol/records/line-decoder.js';
import { LinesInPlace } from '../../../src/records/format-in-place.js';

const memory = recordMemory(256 * 1024);
assert.ok(LineDecoder.of(memory), 'this Node has WebAssembly');

interface Plain {
  key: Uint8Array | null;
  value: Uint8Array | null;
  timestampMs: number;
  headers: boolean;
}

const headers = encodeHeaders([
  { key: Buffer.from('h'), value: Buffer.from('1') },
  { key: Buffer.from('h'), value: null },
]);

function batchOf(records: Plain[]): Buffer {
  const builder = new RecordBatchBuilder({ maxBytes: 1024 * 1024, expectedBytes: 100 });
  for (const { key, value, timestampMs, headers: has } of records) {
    const bytes = Buffer.concat([key ?? Buffer.alloc(0), value ?? Buffer.alloc(0)]);
    const [keyEnd, isKey, isValue] = [key?.length ?? 0, key !== null, value !== null];
    builder.append(
      {
        ...{ bytes, timestampMs, keyStart: isKey ? 0 : -1, keyEnd: isKey ? keyEnd : -1 },
        ...{ valueStart: isValue ? keyEnd : -1, valueEnd: isValue ? bytes.length : -1 },
      },
      has ? headers : NO_HEADERS,
    );
  }
  return Buffer.from(builder.build());
}

interface Limits {
  startOffset: number;
  endOffset: number;
  most: number;
}

/** The lines of the batches, taken many at once where that goes, else one by one; and how the walk ended. */
function walk(batches: Buffer, { startOffset, endOffset, most }: Limits, many: boolean) {
  const records = memory.subarray(100, 100 + batches.length);
  batches.copy(records);
  const cursor = new RecordCursor(records, { startOffset, verifyCrc: false });
  const lines = new LinesInPlace();
  let taken = 0;
  while (taken < most && cursor.next() && cursor.offset < endOffset) {
    lines.append(cursor);
    taken += 1;
    if (!many) continue;
    taken += lines.appendMany(cursor, { most: most - taken, endOffset, bytes: 2000 });
  }
  const text = lines.content && Buffer.from(lines.content);
  return { taken, text, next: cursor.nextOffset, offset: cursor.offset, error: cursor.error?.message };
}

const plain: fc.Arbitrary<Plain> = fc.record({
  key: fc.option(fc.uint8Array({ maxLength: 100 }), { freq: 2 }),
  value: fc.option(
    fc.oneof(
      { weight: 9, arbitrary: fc.uint8Array({ maxLength: 200 }) },
      {
        weight: 1,
        arbitrary: fc.integer({ min: 8_100, max: 20_000 }).map((length) => new Uint8Array(length).fill(65)),
      },
    ),
    { freq: 9 },
  ),
  timestampMs: fc.constantFrom(0, 1, 1000, 1_700_000_000_000),
  headers: fc.boolean(),
});
const limits = fc.record({
  startOffset: fc.constantFrom(0, 3),
  endOffset: fc.constantFrom(7, Number.POSITIVE_INFINITY),
  most: fc.constantFrom(1, 5, Number.POSITIVE_INFINITY),
});

test('many records at once give the same lines as each by itself', () => {
  fc.assert(
    fc.property(fc.array(plain, { minLength: 1, maxLength: 10 }), limits, (records, limit) => {
      const batches = Buffer.concat([batchOf(records), batchOf(records)]);
      assert.deepEqual(walk(batches, limit, true), walk(batches, limit, false));
    }),
  );
});

test('what is not well-formed ends both ways of walking at the same place', () => {
  const mutation = fc.record({ at: fc.nat(), byte: fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xff) });
  fc.assert(
    fc.property(
      fc.array(plain, { minLength: 2, maxLength: 6 }),
      fc.array(mutation, { minLength: 1, maxLength: 3 }),
      limits,
      (records, mutations, limit) => {
        const batch = batchOf(records);
        for (const { at, byte } of mutations)
          batch[BATCH.records + (at % (batch.length - BATCH.records))] = byte;
        assert.deepEqual(walk(batch, limit, true), walk(batch, limit, false));
      },
    ),
    { numRuns: 2000 },
  );
});

test('a batch of small records is taken by one call', () => {
  const records = Array.from({ length: 9000 }, (_, id) => ({
    ...{ key: null, value: Buffer.from(String(id)), timestampMs: id, headers: id % 2 === 0 },
  }));
  const batch = batchOf(records);
  batch.copy(memory);
  const cursor = new RecordCursor(memory.subarray(0, batch.length));
  const lines = new LinesInPlace();
  assert.ok(cursor.next());
  lines.append(cursor);
  const all = { most: 1e6, endOffset: Number.POSITIVE_INFINITY, bytes: 1e6 };
  assert.equal(lines.appendMany(cursor, all), 8999);
  assert.equal(cursor.next(), false);
  assert.equal(cursor.nextOffset, 9000);
  assert.equal(lines.content?.toString(), records.map(({ value }) => `${value}\n`).join(''));
});

test('what lies in other memory is taken one by one', () => {
  const batch = batchOf(
    [1, 2].map(() => ({ key: null, value: Buffer.from('v'), timestampMs: 0, headers: false })),
  );
  const cursor = new RecordCursor(batch);
  const lines = new LinesInPlace();
  assert.ok(cursor.next());
  lines.append(cursor);
  assert.equal(lines.appendMany(cursor, { most: 9, endOffset: 9, bytes: 9 }), 0);
});

test('a text is found where Node finds it', () => {
  const letters = fc.constantFrom(0, 0x61, 0x62, 0xff);
  const arbitrary = fc.record({
    bytes: fc.array(letters, { maxLength: 120 }),
    text: fc.array(letters, { minLength: 1, maxLength: 20 }),
    at: fc.nat({ max: 100 }),
    from: fc.nat({ max: 130 }),
  });
  fc.assert(
    fc.property(arbitrary, ({ bytes, text, at, from }) => {
      const wanted = Buffer.from(text);
      memory.fill(0x61);
      const view = memory.subarray(at, at + bytes.length);
      view.set(bytes);
      assert.equal(indexOfText(view, wanted, from), view.indexOf(wanted, from));
    }),
    { numRuns: 3000 },
  );
});

test('a text is found at the very end of the memory, and a long one too', () => {
  const view = memory.subarray(memory.length - 300);
  view.fill(0x20);
  for (const length of [1, 2, 16, 17, 224, 225, 300]) {
    const wanted = Buffer.alloc(length, 'x');
    view.fill(0x20).set(wanted, view.length - length);
    assert.equal(indexOfText(view, wanted, 0), view.length - length);
    view[view.length - 1] = 0x20;
    assert.equal(indexOfText(view, wanted, 0), -1);
  }
});
