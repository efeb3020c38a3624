import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ExitCode, KctlError } from '../../../src/base/errors.js';
import { parseBytes, parseDurationMs, parseKeyValue } from '../../../src/base/parse.js';

const isUsageError = (error: unknown) => error instanceof KctlError && error.exitCode === ExitCode.usage;

const durations: Array<[string, number]> = [
  ['0', 0],
  ['1500', 1500],
  ['500ms', 500],
  ['10s', 10_000],
  ['1.5s', 1500],
  ['1m30s', 90_000],
  ['2h', 7_200_000],
  ['7d', 604_800_000],
  ['1h1ms', 3_600_001],
];
for (const [text, ms] of durations) {
  test(`${text} is ${ms} ms`, () => assert.equal(parseDurationMs(text), ms));
}

test('parts of a duration add up, whichever they are', () => {
  const parts = fc.record({ d: fc.nat(99), h: fc.nat(99), m: fc.nat(99), s: fc.nat(99), ms: fc.nat(999) });
  fc.assert(
    fc.property(parts, ({ d, h, m, s, ms }) => {
      const expected = (((d * 24 + h) * 60 + m) * 60 + s) * 1000 + ms;
      assert.equal(parseDurationMs(`${d}d${h}h${m}m${s}s${ms}ms`), expected);
    }),
  );
});

for (const text of ['', ' ', '-1', '1 s', '5x', 's', '1s2', '1.s', '1e3', '10S', 'Infinity', '１s']) {
  test(`"${text}" is no duration`, () => assert.throws(() => parseDurationMs(text), isUsageError));
}

const sizes: Array<[string, number]> = [
  ['0', 0],
  ['16384', 16_384],
  ['64KB', 64_000],
  ['64kb', 64_000],
  ['20MB', 20_000_000],
  ['1MiB', 1_048_576],
  ['1.5 GiB', 1_610_612_736],
  ['2T', 2_000_000_000_000],
];
for (const [text, bytes] of sizes) {
  test(`${text} is ${bytes} bytes`, () => assert.equal(parseBytes(text), bytes));
}

for (const text of ['', '-1', 'MB', '1PB', '1 M B', '0x10', 'i', '1i', '1iB', '1KBB']) {
  test(`"${text}" is no number of bytes`, () => assert.throws(() => parseBytes(text), isUsageError));
}

test('key=value is cut at the first equals sign', () => {
  const key = fc.string({ minLength: 1 }).filter((text) => !text.includes('='));
  fc.assert(
    fc.property(key, fc.string(), (name, value) => {
      assert.deepEqual(parseKeyValue(`${name}=${value}`), [name, value]);
    }),
  );
});

for (const text of ['', '=', '=value', 'key']) {
  test(`"${text}" is no key=value`, () => assert.throws(() => parseKeyValue(text), isUsageError));
}
