import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineCutter, streamLines, templateLines } from '../../../src/records/input.js';
import { type LineForm, LineParser } from '../../../src/records/input-record.js';

const neverAborted = new AbortController().signal;

/** The lines of chunks, in hex; `null` for one that is too long. */
function cut(chunks: Buffer[], maxLineBytes = 1000, delimiter?: Buffer | null): Array<string | null> {
  const cutter = new LineCutter(maxLineBytes, delimiter);
  const lines: Array<string | null> = [];
  const takeAll = () => {
    while (cutter.next()) {
      const { bytes, start, end, isTooLong } = cutter;
      lines.push(isTooLong ? null : bytes.toString('hex', start, end));
      assert.equal(cutter.number, lines.length);
    }
  };
  for (const chunk of chunks) {
    // As from a reader that uses its buffer again.
    const reused = Buffer.from(chunk);
    cutter.feed(reused);
    takeAll();
    reused.fill(0);
  }
  cutter.finish();
  takeAll();
  return lines;
}

const hex = (text: string) => Buffer.from(text).toString('hex');

test('lines end at line feeds; carriage returns, empty lines and the last one without an end are kept', () => {
  const lines = ['a', '', 'b\r', 'last'].map(hex);
  assert.deepEqual(cut([Buffer.from('a\n\nb\r\nlast')]), lines);
  assert.deepEqual(cut([Buffer.from('a\n')]), [hex('a')]);
  assert.deepEqual(cut([]), []);
});

test('where chunks end does not matter', () => {
  const byte = fc.constantFrom(10, 13, 97, 0xff, 0);
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 60 }), fc.array(fc.nat(60), { maxLength: 6 }), (bytes, cuts) => {
      const input = Buffer.from(bytes);
      const ends = [...cuts.filter((end) => end < input.length), input.length].sort((a, b) => a - b);
      const chunks = ends.map((end, index) => input.subarray(ends[index - 1] ?? 0, end));
      const parts = input.toString('latin1').split('\n');
      if (parts.at(-1) === '') parts.pop();
      assert.deepEqual(
        cut(chunks),
        parts.map((part) => Buffer.from(part, 'latin1').toString('hex')),
      );
    }),
    { numRuns: 500 },
  );
});

test('another delimiter ends lines, however long it is; without one everything is a line', () => {
  const byte = fc.constantFrom(...'ab;-'.split('').map((char) => char.charCodeAt(0)));
  fc.assert(
    fc.property(
      fc.array(byte, { maxLength: 40 }),
      fc.nat(40),
      fc.constantFrom(';', ';-', 'a;a'),
      (bytes, at, end) => {
        const input = Buffer.from(bytes);
        const parts = input.toString().split(end);
        if (parts.at(-1) === '') parts.pop();
        const chunks = [input.subarray(0, at), input.subarray(at)];
        assert.deepEqual(cut(chunks, 1000, Buffer.from(end)), parts.map(hex));
      },
    ),
    { numRuns: 500 },
  );
  assert.deepEqual(cut([Buffer.from('a\nb'), Buffer.from('\nc\n')], 1000, null), [hex('a\nb\nc\n')]);
});

test('a line that is too long is passed over, however it arrives', () => {
  const long = Buffer.from('x'.repeat(11));
  const lines = ['a', null, 'b'].map((line) => line && hex(line));
  assert.deepEqual(cut([Buffer.from(`a\n${long}\nb\n`)], 10), lines);
  const bytewise = [...`a\n${long}\nb`].map((char) => Buffer.from(char));
  assert.deepEqual(cut(bytewise, 10), lines);
  assert.deepEqual(cut([Buffer.from('x'.repeat(10))], 10), [hex('x'.repeat(10))]);
});

test('an aborted stream ends without the line that was not complete', async () => {
  const controller = new AbortController();
  const stream = new Readable({ read() {} });
  stream.push('one\ntwo\nthr');
  const lines: string[] = [];
  const source = { name: 'stream', open: () => stream };
  for await (const there of streamLines([source], { maxLineBytes: 100, signal: controller.signal })) {
    while (there.next()) lines.push(there.bytes.toString('latin1', there.start, there.end));
    controller.abort();
  }
  assert.deepEqual(lines, ['one', 'two']);
  assert.ok(stream.destroyed);
});

test('a template is filled in for each line', async () => {
  const lines: string[] = [];
  const source = templateLines('{"n": {n}, "at": "{now}", "ms": {ms}, "id": "{uuid}"}', {
    count: 1200,
    signal: neverAborted,
  });
  for await (const there of source) {
    while (there.next()) lines.push(there.bytes.toString('utf8', there.start, there.end));
  }
  assert.equal(lines.length, 1200);
  const first = JSON.parse(lines[0] ?? '') as { n: number; at: string; ms: number; id: string };
  assert.equal(first.n, 1);
  assert.match(first.at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.match(first.id, /^[\da-f-]{36}$/);
  assert.equal(JSON.parse(lines[1199] ?? '').n, 1200);
});

test('a template with a field that does not exist is refused', async () => {
  const source = templateLines('{when}', { count: 1, signal: neverAborted });
  await assert.rejects(source.next(), { code: 'USAGE', exitCode: 2 });
});

interface Parsed {
  problem: string | undefined;
  key: string | null;
  value: string;
  headers: string;
}

function parse(line: string, form: Partial<LineForm> = {}): Parsed {
  const parser = new LineParser({ lineHeaders: false, headers: [], ...form });
  const bytes = Buffer.from(`before\n${line}\nafter:`, 'latin1');
  const [start, end] = [7, 7 + line.length];
  const problem = parser.parse({
    bytes,
    start,
    end,
    number: 1,
    isTooLong: false,
    readAtMs: 0,
    next: () => false,
    rest: () => undefined,
    skip() {},
  });
  const text = (from: number, to: number) => bytes.toString('latin1', from, to);
  return {
    problem,
    key: parser.keyStart < 0 ? null : text(parser.keyStart, parser.keyEnd),
    value: text(parser.valueStart, parser.valueEnd),
    headers: parser.headers.toString('latin1'),
  };
}

test('a line is a value, or a key and a value', () => {
  const colon = { keySeparator: Buffer.from(':') };
  assert.deepEqual(parse('a:b'), { problem: undefined, key: null, value: 'a:b', headers: '\0' });
  assert.deepEqual(parse('a:b:c', colon), { problem: undefined, key: 'a', value: 'b:c', headers: '\0' });
  assert.deepEqual(parse(':', colon), { problem: undefined, key: '', value: '', headers: '\0' });
  assert.match(parse('ab', colon).problem ?? '', /no key separator/);
  const long = { keySeparator: Buffer.from('=>') };
  assert.deepEqual(parse('a=b=>c', long), { problem: undefined, key: 'a=b', value: 'c', headers: '\0' });
});

test('headers stand at the beginning of a line, those of every record before them', () => {
  const form = {
    lineHeaders: true,
    headers: [{ key: Buffer.from('x'), value: Buffer.from('y') }],
    keySeparator: Buffer.from(':'),
  };
  const { problem, key, value, headers } = parse('a:1,b:\tk:v', form);
  assert.deepEqual([problem, key, value], [undefined, 'k', 'v']);
  assert.equal(headers, '\x06\x02x\x02y\x02a\x021\x02b\x00');
  assert.match(parse('a:1', form).problem ?? '', /no tab/);
  assert.match(parse('a\tk:v', form).problem ?? '', /without a colon/);
  assert.equal(parse('\tk:v', form).headers, '\x02\x02x\x02y');
});
