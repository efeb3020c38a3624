import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileFormat, formatFields, formatValueLine } from '../../../src/records/format.js';
import { formatJsonLine } from '../../../src/records/format-json.js';
import { OutputBuffer } from '../../../src/records/format-output.js';
import { assertDocument } from '../../support/schemas.js';
import { origin, type PlainRecord, print, readRecord } from './support.js';

const record: PlainRecord = {
  key: 'k',
  value: 'Bier',
  headers: [
    ['a', '1'],
    ['a', null],
  ],
};

const lines: Array<[format: string, printed: string]> = [
  ['{partition}:{offset}:{consumer} -> {value}', '2:7:barfly -> Bier\n'],
  ['{offset}: {value}', '7: Bier\n'],
  ['{topic} {group} {key} {keyLength} {valueLength}', 'bier-bar g k 1 4\n'],
  ['{timestamp} {time}', '1700000000123 2023-11-14T22:13:20.123Z\n'],
  ['{headers}', 'a=1,a=null\n'],
  ['%t %p %o %k %s %K %S %T %h %%', 'bier-bar 2 7 k Bier 1 4 1700000000123 a=1,a=null %\n'],
  ['%s\\n', 'Bier\n'],
  ['%s\\0', 'Bier\0'],
  ['%s\\c', 'Bier'],
  ['%s\\\\n', 'Bier\\n\n'],
  ['\\t\\r\\x41\\{offset}', '\t\rA{offset}\n'],
  ['{"o":{offset},"n":{}}', '{"o":7,"n":{}}\n'],
  ['Prost äöü 🍺 {value}', 'Prost äöü 🍺 Bier\n'],
  ['', '\n'],
  ['a\nb', 'a\nb\n'],
];
for (const [format, printed] of lines) {
  test(`the format ${JSON.stringify(format)}`, () => {
    assert.equal(print(compileFormat(format), record).toString(), printed);
  });
}

test('every field prints something, and null is told from empty by its length', () => {
  for (const name of formatFields)
    assert.ok(print(compileFormat(`{${name}}\\c`), { ...record }).length > 0, name);
  const lengths = compileFormat('{keyLength} {valueLength} {key} {value}');
  assert.equal(print(lengths, {}).toString(), '-1 -1 null null\n');
  assert.equal(print(lengths, { key: '', value: '' }).toString(), '0 0  \n');
});

test('a time that no calendar has stays a number', () => {
  assert.equal(print(compileFormat('{time}'), { timestampMs: 2 ** 60 }).toString(), `${2 ** 60}\n`);
});

const refused: Array<[format: string, message: RegExp, hint: RegExp]> = [
  ['{ofset}', /\{ofset\}/, /\{offset\}/],
  ['{constructor}', /\{constructor\}/, /Known are/],
  ['%q', /%q/, /%o/],
  ['\\q', /\\q/, /\\t/],
];
for (const [format, message, hint] of refused) {
  test(`the format ${format} is refused`, () => {
    assert.throws(() => compileFormat(format), { exitCode: 2, message, hint });
  });
}

test('the default prints the bytes unchanged and a line feed', () => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  fc.assert(
    fc.property(bytes, (value) => {
      const printed = print(formatValueLine, { value: Buffer.from(value) });
      assert.deepEqual(printed, Buffer.concat([value, Buffer.from('\n')]));
    }),
  );
  assert.equal(print(formatValueLine, {}).toString(), 'null\n');
});

function fromBase64(value: string | null, encoding?: string): Buffer | null {
  if (value === null) return null;
  return encoding === undefined ? Buffer.from(value) : Buffer.from(value, 'base64');
}

test('JSON is lossless: null, empty, binary, duplicate headers', () => {
  const bytes = fc.option(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((value) => Buffer.from(value)),
      fc.string().map((value) => Buffer.from(value)),
      fc.string({ unit: 'binary' }).map((value) => Buffer.from(value)),
    ),
  );
  const name = fc.string();
  fc.assert(
    fc.property(bytes, bytes, fc.array(fc.tuple(name, bytes), { maxLength: 4 }), (key, value, headers) => {
      const line = print(formatJsonLine, { key, value, headers }).toString();
      assert.equal(line.indexOf('\n'), line.length - 1);
      const read = assertDocument(line, 'Record');
      assert.deepEqual(fromBase64(read.key, read.keyEncoding), key);
      assert.deepEqual(fromBase64(read.value, read.valueEncoding), value);
      const readHeaders = read.headers.map(([n, v, e]: [string, string | null, string?]) => [
        n,
        fromBase64(v, e),
      ]);
      assert.deepEqual(
        readHeaders,
        headers.map(([n, v]) => [Buffer.from(n).toString(), v]),
      );
    }),
  );
});

test('JSON keeps a header whose name is not UTF-8, and escapes what drives a terminal', () => {
  const bytes = Buffer.from([0xff]);
  const headers = [
    { key: bytes, value: null },
    { key: bytes, value: bytes },
  ];
  const out = new OutputBuffer();
  const value = '\u0000\b\t\n\f\r\u001b"\\\u007f ü🍺';
  formatJsonLine({ ...readRecord({ value }), headerCount: 2, headers: () => headers }, origin, out);
  const read = assertDocument(out.content.toString(), 'Record');
  assert.deepEqual(read.headers, [
    ['/w==', null, null, 'base64'],
    ['/w==', '/w==', 'base64', 'base64'],
  ]);
  assert.equal(read.value, value);
  assert.match(out.content.toString(), /"\\u0000\\b\\t\\n\\f\\r\\u001b\\"\\\\\\u007f ü🍺"/);
});

test('a whole number is written in its digits', () => {
  const whole = fc.oneof(
    fc.maxSafeInteger(),
    fc.integer(),
    fc.constantFrom(0, 9, 10, 1e9 - 1, 1e9, 1e18, 2 ** 60),
  );
  fc.assert(
    fc.property(whole, (value) => {
      const out = new OutputBuffer();
      out.appendNumber(value);
      assert.equal(out.content.toString(), String(value));
    }),
  );
});

test('JSON of text is what it was, whatever stands at whatever place', () => {
  for (let code = 0; code < 0x180; code++)
    for (let place = 0; place < 9; place++) {
      const value = `${'x'.repeat(place)}${String.fromCodePoint(code)}${'y'.repeat(8 - place)}`;
      const line = print(formatJsonLine, { value }).toString();
      assert.equal(JSON.parse(line).value, value, JSON.stringify(value));
      assert.ok(
        [...line.slice(0, -1)].every((unit) => unit >= ' ' && unit !== '\x7f'),
        'it is escaped',
      );
    }
});

test('JSON names what a record is', () => {
  const line = print(formatJsonLine, { key: null, value: 'a"b', headers: [] }).toString();
  assert.equal(
    line,
    '{"kind":"Record","version":1,"topic":"bier-bar","partition":2,"offset":7,"timestamp":1700000000123,' +
      '"timestampType":"CreateTime","key":null,"value":"a\\"b","headers":[]}\n',
  );
  const old = assertDocument(print(formatJsonLine, { timestampMs: -1 }).toString(), 'Record');
  assert.deepEqual([old.timestamp, old.timestampType], [null, 'NoTimestampType']);
  const out = new OutputBuffer();
  formatJsonLine({ ...readRecord({}), hasAppendTime: true }, origin, out);
  assert.equal(JSON.parse(out.content.toString()).timestampType, 'LogAppendTime');
});

test('the output grows with what is appended', () => {
  const out = new OutputBuffer();
  const large = Buffer.alloc(3_000_000, 'x');
  out.appendText('a');
  out.append(large, 0, large.length);
  out.appendText('ü'.repeat(400_000));
  assert.equal(out.length, 1 + 3_000_000 + 800_000);
  assert.equal(out.content.subarray(0, 2).toString(), 'ax');
  assert.equal(out.content.subarray(-2).toString(), 'ü');
  out.clear();
  assert.equal(out.content.length, 0);
});
