import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseJson, renderJson } from '../../../src/base/json.js';

const anyText = fc.string({ unit: 'binary' });
const anyJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    anyText,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(anyText, tie('value'), { maxKeys: 4 }),
  ),
})).value;

for (const indent of [0, 2]) {
  test(`JSON.parse reads back what was written with indent ${indent}`, () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        assert.deepEqual(JSON.parse(renderJson(value, indent)), JSON.parse(JSON.stringify(value)));
      }),
    );
  });
}

test('plain values are laid out as JSON.stringify does', () => {
  const value = { a: [1, 'b', { c: null }], d: {}, e: [], f: true };
  assert.equal(renderJson(value, 2), JSON.stringify(value, null, 2));
  assert.equal(renderJson(value, 0), JSON.stringify(value));
});

test('int64 values are numbers in full', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      assert.equal(renderJson({ offset: value }, 0), `{"offset":${value}}`);
    }),
  );
});

test('undefined is left out, and not a number is null', () => {
  assert.equal(renderJson({ a: undefined, b: 1, c: Number.NaN }, 0), '{"b":1,"c":null}');
  assert.equal(renderJson([undefined], 0), '[null]');
});

test('one line stays one line, and nothing in it drives a terminal', () => {
  fc.assert(
    fc.property(anyText, anyText, (key, text) => {
      const line = renderJson({ [key]: text }, 0);
      assert.equal(hasControls(line), false, line);
    }),
  );
});

function hasControls(text: string): boolean {
  return [...text].some((char) => {
    const code = char.codePointAt(0) ?? 0;
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || (code >= 0x2028 && code <= 0x202e);
  });
}

test('parseJson keeps every digit of integers, and is JSON.parse otherwise', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), anyJson, (integer, value) => {
      const text = renderJson([integer, value, { deep: integer }, `${integer}, ${integer}`], 0);
      const [read, rest, { deep }, quoted] = parseJson(text) as [bigint, unknown, { deep: bigint }, string];
      assert.equal(BigInt(String(read)), integer);
      assert.equal(BigInt(String(deep)), integer);
      assert.equal(quoted, `${integer}, ${integer}`);
      assert.deepEqual(rest, JSON.parse(JSON.stringify(value)));
    }),
  );
  assert.deepEqual(
    parseJson('[1.12345678901234567890,1e-1234567890123456789,12345678901234567e3]'),
    [1.1234567890123457, 0, 12345678901234567000],
  );
  assert.throws(() => parseJson('[01234567890123456789]'), SyntaxError);
});
