import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CODECS, type Codec, compress, decompress } from '../../../src/protocol/compression.js';
import { BATCH } from '../../../src/protocol/records/batch.js';
import { encodeHeaders, RecordBatchBuilder, stampProducer } from '../../../src/protocol/records/builder.js';
import { crc32c, crc32cByTables } from '../../../src/protocol/records/crc32c.js';
import { type Input, plain, view, walk } from './support.js';

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const nullable = fc.option(bytes);
const header = fc.record({ key: bytes, value: nullable });
const input: fc.Arbitrary<Input> = fc.record({
  key: nullable,
  value: nullable,
  timestampMs: fc.oneof(fc.integer({ min: 0, max: 2 ** 45 }), fc.constantFrom(-1, 0, 1_700_000_000_000)),
  headers: fc.array(header, { maxLength: 3 }),
});
const inputs = fc.array(input, { minLength: 1, maxLength: 40 });

function build(records: Input[], codec: Codec = 'none'): Buffer {
  const builder = new RecordBatchBuilder({ maxBytes: 1 << 24, codec });
  for (const record of records) assert.ok(builder.append(view(record), encodeHeaders(record.headers)));
  return builder.build();
}

for (const codec of CODECS) {
  test(`${codec}: what the builder writes the cursor reads`, () => {
    fc.assert(
      fc.property(inputs, (records) => {
        const { records: walked, cursor } = walk(build(records, codec));
        assert.equal(cursor.error, undefined);
        assert.deepEqual(walked, plain(records));
        assert.equal(cursor.nextOffset, records.length);
      }),
      { numRuns: 60 },
    );
  });

  test(`${codec}: bytes survive compression, and the limit holds`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100_000 }), fc.integer({ min: 1, max: 20 }), (array, times) => {
        const text = Buffer.concat(Array.from({ length: times }, () => Buffer.from(array)));
        assert.ok(decompress(codec, compress(codec, text), 1 << 26).equals(text));
      }),
      { numRuns: 30 },
    );
    if (codec === 'none') return;
    const bomb = compress(codec, Buffer.alloc(20_000_000));
    assert.throws(() => decompress(codec, bomb, 1_000_000), { code: 'CORRUPT_MESSAGE' });
  });

  test(`${codec}: damaged bytes are an error or nothing, never a crash`, () => {
    const records = Array.from({ length: 20 }, (_, index) => ({
      key: Buffer.from(`key ${index}`),
      value: Buffer.from(`value ${index % 3}`.repeat(index)),
      timestampMs: 1_700_000_000_000 + index,
      headers: [{ key: Buffer.from('h'), value: null }],
    }));
    const good = build(records, codec);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 }),
        fc.nat(good.length),
        fc.boolean(),
        (changes, length, verifyCrc) => {
          const damaged = Buffer.from(good);
          for (const [position, byte] of changes) damaged[position] = byte;
          const { cursor } = walk(damaged.subarray(0, length), { verifyCrc, maxUnpackedBytes: 1 << 20 });
          assert.ok(cursor.error === undefined || cursor.error.code === 'CORRUPT_MESSAGE');
          assert.equal(cursor.next(), false);
        },
      ),
      { numRuns: 400 },
    );
  });
}

test('bytes at random are an error or nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(0, 1, 2, 3), (array, magic) => {
      const random = Buffer.from(array);
      if (random.length > BATCH.magic) {
        random.writeInt32BE(random.length - 12, BATCH.batchLength);
        random.writeInt8(magic, BATCH.magic);
      }
      const { cursor } = walk(random, { verifyCrc: false, maxUnpackedBytes: 1 << 16 });
      assert.ok(cursor.error === undefined || cursor.error.code === 'CORRUPT_MESSAGE');
    }),
    { numRuns: 2000 },
  );
});

const simple = (value: string): Input => ({
  key: null,
  value: Buffer.from(value),
  timestampMs: 5,
  headers: [],
});

test('a flipped bit is found by the checksum', () => {
  const batch = build([simple('Bier')]);
  batch.writeUInt8(batch.readUInt8(batch.length - 2) ^ 1, batch.length - 2);
  const { records, cursor } = walk(batch);
  assert.equal(records.length, 0);
  assert.match(cursor.error?.message ?? '', /does not match its checksum/);
  assert.equal(cursor.nextOffset, 0);
});

test('records before a corrupt batch are read, and the position stays before it', () => {
  const good = build([simple('a'), simple('b')]);
  const bad = build([simple('c')]);
  bad.writeBigInt64BE(2n, BATCH.baseOffset);
  bad.writeUInt8(0, BATCH.crc);
  const { records, cursor } = walk(Buffer.concat([good, bad]));
  assert.equal(records.length, 2);
  assert.equal(cursor.error?.code, 'CORRUPT_MESSAGE');
  assert.equal(cursor.nextOffset, 2);
});

test('a batch cut off at the end is left for the next fetch', () => {
  const batch = build([simple('a'), simple('b')]);
  const second = build([simple('c')]);
  second.writeBigInt64BE(2n, BATCH.baseOffset);
  for (let length = 0; length < second.length; length++) {
    const { records, cursor } = walk(Buffer.concat([batch, second.subarray(0, length)]));
    assert.equal(records.length, 2);
    assert.equal(cursor.error, undefined);
    assert.equal(cursor.nextOffset, 2);
  }
});

test('records below the offset asked for are passed over', () => {
  const batch = build(['a', 'b', 'c', 'd'].map(simple));
  const { records, cursor } = walk(batch, { startOffset: 2 });
  assert.deepEqual(
    records.map(({ offset }) => offset),
    [2, 3],
  );
  assert.equal(cursor.nextOffset, 4);
});

test('nextOffset is behind the record read last', () => {
  const batch = build(['a', 'b', 'c'].map(simple));
  const { cursor } = walk(batch.subarray(0, 0));
  assert.equal(cursor.nextOffset, 0);
});

test('a builder refuses what goes beyond its limit, but always takes a first record', () => {
  const builder = new RecordBatchBuilder({ maxBytes: 200 });
  assert.ok(builder.append(view(simple('x'.repeat(500)))));
  assert.equal(builder.append(view(simple('y'))), false);
  assert.equal(builder.count, 1);
  assert.equal(walk(builder.build()).records.length, 1);

  const exact = new RecordBatchBuilder({ maxBytes: BATCH.records + 2 * 8 });
  assert.ok(exact.append(view(simple('x'))));
  assert.ok(exact.append(view(simple('y'))));
  assert.equal(exact.append(view(simple('z'))), false);
  assert.equal(exact.build().length, BATCH.records + 2 * 8);
});

test('a stamp changes the producer and keeps the batch valid', () => {
  const batch = build([simple('a')]);
  stampProducer(batch, { producerId: 2n ** 40n, producerEpoch: 7, baseSequence: 2 ** 31 - 1 });
  assert.equal(batch.readBigInt64BE(BATCH.producerId), 2n ** 40n);
  assert.equal(batch.readInt32BE(BATCH.baseSequence), 2 ** 31 - 1);
  assert.equal(walk(batch).cursor.error, undefined);
});

test('the checksum by tables is the native one', () => {
  assert.equal(crc32cByTables(Buffer.from('123456789')), 0xe3069283);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (array) => {
      assert.equal(crc32cByTables(Buffer.from(array)), crc32c(Buffer.from(array)));
    }),
  );
});
