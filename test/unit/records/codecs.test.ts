import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import avro from 'avsc';
import fc from 'fast-check';
import { type CodecRequest, openCodec } from '../../../src/records/codecs/codec.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-codecs-'));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | object): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function open(request: Omit<CodecRequest, 'side'>) {
  const codec = await openCodec({ side: 'value', ...request });
  assert.ok(codec);
  return codec;
}

const golden = {
  int32: [[-2, 'fffffffe']],
  int64: [
    [9007199254740993n, '0020000000000001'],
    [-1n, 'ffffffffffffffff'],
  ],
  double: [[1.5, '3ff8000000000000']],
  hex: [['00ff', '00ff']],
  base64: [['AP8=', '00ff']],
  json: [
    [
      { a: [1, null, 12345678901234567890n] },
      Buffer.from('{"a":[1,null,12345678901234567890]}').toString('hex'),
    ],
  ],
} as const;

for (const [format, pairs] of Object.entries(golden)) {
  test(`${format} is the bytes that Kafka's serializers write, both ways`, async () => {
    const codec = await open({ format: format as keyof typeof golden });
    for (const [value, hex] of pairs) {
      const bytes = Buffer.from(hex, 'hex');
      assert.deepEqual(codec.decode(bytes), value);
      assert.deepEqual(codec.encode(value), bytes);
      assert.deepEqual(codec.encodeText(codec.textOf(value)), bytes);
    }
  });
}

test('what is not of the format is refused, both ways', async () => {
  const wrong = [
    ['int32', '000000', 'x'],
    ['int32', '0000000000', '2147483648'],
    ['int64', '00', '1.5'],
    ['double', '7ff8000000000000', '"1"'],
    ['json', '7b', '{'],
    ['json', 'ff', ''],
  ] as const;
  for (const [format, hex, text] of wrong) {
    const codec = await open({ format });
    assert.throws(() => codec.decode(Buffer.from(hex, 'hex')), { code: 'UNDECODABLE' });
    assert.throws(() => codec.encodeText(text), { code: 'UNENCODABLE' });
  }
  for (const [format, text] of [
    ['hex', 'abc'],
    ['hex', 'zz'],
    ['base64', 'A'],
    ['base64', 'A_=='],
  ] as const) {
    const codec = await open({ format });
    assert.throws(() => codec.encodeText(text), { code: 'UNENCODABLE' });
  }
});

const beer = {
  type: 'record',
  name: 'Beer',
  namespace: 'bar',
  fields: [
    { name: 'name', type: 'string' },
    { name: 'id', type: 'long' },
    { name: 'price', type: ['null', 'double'] },
    { name: 'raw', type: 'bytes' },
    { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['ALE', 'STOUT'] } },
    { name: 'tags', type: { type: 'map', values: { type: 'array', items: 'int' } } },
  ],
};

test('avro: its JSON encoding, int64 in full, bytes that another encoder of the schema writes too', async () => {
  const codec = await open({ format: 'avro', schema: file('beer.avsc', beer) });
  const value = {
    name: 'Pilsner é',
    id: 9007199254740993n,
    price: { double: 2.5 },
    raw: '\u0000ÿ',
    kind: 'ALE',
    tags: { a: [1, 2] },
  };
  const bytes = codec.encode(value);
  assert.deepEqual(codec.decode(bytes), value);
  assert.equal(
    codec.textOf(value),
    '{"name":"Pilsner é","id":9007199254740993,"price":{"double":2.5},"raw":"\\u0000ÿ","kind":"ALE","tags":{"a":[1,2]}}',
  );
  assert.deepEqual(codec.encodeText(codec.textOf(value)), bytes);
  const small = { ...value, id: 7, price: { double: 2 } };
  const plain = avro.Type.forSchema(beer as avro.Schema, { wrapUnions: true });
  assert.deepEqual(codec.encode(small), plain.toBuffer({ ...small, raw: Buffer.from([0, 255]) }));

  assert.throws(() => codec.decode(bytes.subarray(0, 5)), { code: 'UNDECODABLE' });
  assert.throws(() => codec.decode(Buffer.concat([bytes, Buffer.from([0])])), { code: 'UNDECODABLE' });
  assert.throws(() => codec.encode({ ...value, id: 'many' }), { code: 'UNENCODABLE' });
  assert.throws(() => codec.encode({ ...value, price: 2.5 }), { code: 'UNENCODABLE' });
});

test('avro: every long comes back', async () => {
  const codec = await open({ format: 'avro', schema: file('long.avsc', '"long"') });
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (long) => {
      assert.equal(codec.decode(codec.encodeText(String(long))), long);
    }),
  );
  assert.throws(() => codec.encode(2n ** 63n), { code: 'UNENCODABLE' });
});

test('avro: a reader schema drops, adds, renames and widens what the writer wrote', async () => {
  const evolved = {
    ...beer,
    fields: [
      { name: 'label', aliases: ['name'], type: 'string' },
      { name: 'id', type: 'double' },
      { name: 'brewery', type: 'string', default: 'unknown' },
      { name: 'price', type: ['null', 'double', 'string'] },
    ],
  };
  const schema = file('beer.avsc', beer);
  const codec = await open({ format: 'avro', schema, readerSchema: file('evolved.avsc', evolved) });
  const writer = await open({ format: 'avro', schema });
  const bytes = writer.encode({ name: 'Stout', id: 42, price: null, raw: '', kind: 'STOUT', tags: {} });
  assert.deepEqual(codec.decode(bytes), { label: 'Stout', id: 42, brewery: 'unknown', price: null });

  const apart = file('apart.avsc', { ...beer, fields: [{ name: 'missing', type: 'string' }] });
  await assert.rejects(open({ format: 'avro', schema, readerSchema: apart }), {
    code: 'INVALID_SCHEMA',
    exitCode: 1,
  });
});

test('protobuf: ProtoJSON of the message, with what its file imports', async () => {
  file('kind.proto', 'syntax = "proto3"; package bar; enum Kind { ALE = 0; STOUT = 1; }');
  const schema = file(
    'beer.proto',
    `syntax = "proto3";
     package bar;
     import "kind.proto";
     import "google/protobuf/timestamp.proto";
     message Beer {
       string beer_name = 1; int64 id = 2; bytes raw = 3; Kind kind = 4; repeated int32 tags = 5;
       google.protobuf.Timestamp brewed = 6;
     }`,
  );
  const codec = await open({ format: 'protobuf', schema, message: 'bar.Beer' });
  const value = {
    beerName: 'Pils',
    id: '9007199254740993',
    raw: 'AP8=',
    kind: 'STOUT',
    tags: [1, 300],
    brewed: '2026-03-01T12:00:00Z',
  };
  const bytes = codec.encode(value);
  assert.equal(bytes.toString('hex'), '0a0450696c731081808080808080101a0200ff20012a0301ac02320608c0d490cd06');
  assert.deepEqual(codec.decode(bytes), value);
  assert.deepEqual(
    codec.encodeText('{"beer_name": "Pils", "id": 9007199254740993, "kind": 1}'),
    Buffer.from('0a0450696c731081808080808080102001', 'hex'),
  );
  assert.throws(() => codec.encode({ beerNam: 'Pils' }), { code: 'UNENCODABLE' });
  assert.throws(() => codec.decode(Buffer.from('0aff', 'hex')), { code: 'UNDECODABLE' });
  await assert.rejects(open({ format: 'protobuf', schema, message: 'bar.Wine' }), { code: 'INVALID_SCHEMA' });
  await assert.rejects(open({ format: 'protobuf', schema: join(folder, 'none.proto'), message: 'x' }), {
    code: 'ENOENT',
  });
});

test('flags that do not belong together are refused', async () => {
  const refused: Array<Omit<CodecRequest, 'side'>> = [
    { format: 'avro' },
    { format: 'protobuf', schema: 'x.proto' },
    { format: 'json', schema: 'x.avsc' },
    { format: 'string', message: 'Beer' },
    { format: 'protobuf', schema: 'x', message: 'y', readerSchema: 'z' },
  ];
  for (const request of refused) {
    await assert.rejects(openCodec({ side: 'key', ...request }), { code: 'USAGE', exitCode: 2 });
  }
  assert.equal(await openCodec({ side: 'key', format: 'string' }), undefined);
});
