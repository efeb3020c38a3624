import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RecordCursor } from '../../../src/protocol/records/cursor.js';
import {
  allOf,
  keyIs,
  linearRegExp,
  quickUpTo,
  requiredText,
  valueMatches,
} from '../../../src/records/filter.js';
import { recordsWhere } from '../../../src/records/where.js';
import { batchOf, origin, type PlainRecord, readRecord } from './support.js';

const noCodecs = { key: undefined, value: undefined };

const required: Array<[pattern: string, text: string]> = [
  ['plain', 'plain'],
  ['"id":42,', '"id":42,'],
  ['{"id":42', '"id":42'],
  ['abc?d', 'ab'],
  ['abc*de', 'ab'],
  ['ab+cde', 'cde'],
  ['a{2,3}bc', 'bc'],
  ['one\\.two', 'one.two'],
  ['foo[a|b', ''],
  ['(foo)?bar', 'bar'],
  ['foo(ba\\)r[)])x', 'foo'],
  ['[abc]de[^f]', 'de'],
  ['foo\\d+barbar', 'foo'],
  ['a|b', ''],
  ['^ab$', 'ab'],
  ['🍺🍻?', '🍺'],
  ['.*', ''],
];
for (const [pattern, text] of required) {
  test(`every match of ${pattern} contains "${text}"`, () => assert.equal(requiredText(pattern), text));
}

const quick: Array<[pattern: string, bytes: number]> = [
  ['[0-9]{3}', 2048],
  ['a', 2 ** 22],
  ['a|b?', 2 ** 20],
  ['a\\+[*+]', 2 ** 22],
  ['\\d+[a-c]$', 2048],
  ['(?:a|b)\\d+?', 1448],
  ['.*a.*b.*c', 45],
  ['(a+)+$', 0],
  ['(a|a)*', 0],
  ['(ab){2}', 0],
  ['(a)\\1', 0],
  ['a(?=b)', 0],
];
for (const [pattern, bytes] of quick) {
  test(`backtracking for ${pattern} is quick in up to ${bytes} bytes`, () =>
    assert.equal(quickUpTo(pattern), bytes));
}

test('what is sure to be quick is: the worst texts of that length', async () => {
  for (const pattern of ['a+b', 'a*a*b', 'a?a?a?a?a*b', '(?:a|a)(?:a|a)a*b', '.*.*.*x']) {
    const regExp = new RegExp(pattern, 's');
    const startedAtMs = performance.now();
    assert.equal(regExp.test('a'.repeat(quickUpTo(pattern))), false);
    assert.ok(performance.now() - startedAtMs < 2000, pattern);
  }
});

test('required text never dismisses a match', async () => {
  const atom = fc.constantFrom('a', 'b', 'ü', '🍺', '.', '[ab]', '(ab)', '(a+b)', '\\.', '\\w', '{', ' ');
  const many = fc.constantFrom('', '', '', '+', '*', '?', '{2}', '{1,}', '+?');
  const pattern = fc.array(fc.tuple(atom, many), { minLength: 1, maxLength: 6 });
  const value = fc.string({ unit: fc.constantFrom('a', 'b', 'ü', '🍺', '.', '{', ' '), maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(pattern, fc.array(value, { minLength: 1, maxLength: 5 }), async (parts, values) => {
      const source = parts.map(([one, times]) => one + times).join('');
      let regExp: RegExp;
      try {
        regExp = new RegExp(source, 's');
      } catch {
        return;
      }
      const filter = await valueMatches(source);
      const cursor = new RecordCursor(batchOf(values));
      const found: boolean[] = [];
      while (cursor.next()) found.push(filter(cursor, origin));
      assert.deepEqual(
        found,
        values.map((text) => regExp.test(text)),
      );
    }),
  );
});

test('text is found in values, and not in keys, headers, or across two records', async () => {
  const filter = await valueMatches('ab');
  const cursor = new RecordCursor(batchOf(['xab', 'a', 'b', 'abab', '', 'ab']));
  const found: boolean[] = [];
  while (cursor.next()) found.push(filter(cursor, origin));
  assert.deepEqual(found, [true, false, false, true, false, true]);
  assert.equal(filter(readRecord({ key: 'ab', value: null }), origin), false);
  assert.equal(filter(readRecord({ key: 'ab', value: 'c', headers: [['ab', 'ab']] }), origin), false);
});

test('a regular expression ends in time, or is refused', async () => {
  const regExp = await linearRegExp('(a+)+$');
  const startedAtMs = performance.now();
  assert.equal(regExp.test(`${'a'.repeat(5000)}b`), false);
  assert.ok(performance.now() - startedAtMs < 5000);
  const refusal = { exitCode: 2, message: /could take for ever/ };
  await assert.rejects(linearRegExp('(a)\\1'), refusal);
  // V8's linear engine has learnt to look around with time: what one of these finds, it finds rightly.
  for (const pattern of ['a(?=b)', '(?<!a)b']) {
    const found = await linearRegExp(pattern).catch((error) => error);
    if (found instanceof RegExp)
      assert.deepEqual([found.test('cb'), found.test('ab')], [pattern !== 'a(?=b)', pattern === 'a(?=b)']);
    else await assert.rejects(linearRegExp(pattern), refusal);
  }
  await assert.rejects(linearRegExp('(a'), { exitCode: 2, message: /is not a regular expression/ });
});

test('the key is the whole key', () => {
  const filter = keyIs('ab');
  const keys = ['ab', 'a', 'abc', '', null];
  assert.deepEqual(
    keys.map((key) => filter(readRecord({ key, value: 'ab' }), origin)),
    [true, false, false, false, false],
  );
  assert.equal(allOf([]), undefined);
  assert.equal(allOf([filter, keyIs('c')])?.(readRecord({ key: 'ab' }), origin), false);
});

const json: PlainRecord = {
  key: 'k1',
  value: '{"user":{"id":42,"name":"Ann"},"big":9007199254740993,"tags":["a","b"],"none":null}',
  headers: [
    ['trace', 'x'],
    ['trace', 'abcdef'],
  ],
};
const holding = [
  'value.user.id == 42 && headers.trace ~ "abc"',
  'value["user"]["name"] == "Ann"',
  'value.tags[1] == "b"',
  'value.big == 9007199254740993 || value.big > 9007199254740992',
  'value.none == null && value.missing.deep == null',
  'headers.trace !~ "^x" && headers.other == null',
  'partition == 2 && offset >= 7 && topic ~ "^bier" && timestamp > 1600000000000',
  'key == "k1"',
  'value ~ "^.{2}user" && value != null',
  '!(value.user.id < 42) && value.user.id % 2 == 0 && -value.user.id == -42',
  'value.user.id + 1 == 43',
];
const failing = [
  'value.user.id == "42"',
  'value.user.name < 5',
  'value.constructor != null',
  'value.__proto__ != null',
  'headers.toString != null',
  'value.missing ~ "x"',
  'value.missing !~ "x"',
];
for (const expression of [...holding, ...failing]) {
  test(`where ${expression}`, async () => {
    const filter = await recordsWhere(expression, noCodecs);
    assert.equal(filter(readRecord(json), origin), holding.includes(expression));
  });
}

test('a value that is no JSON is text', async () => {
  for (const value of ['42', 'plain', '{broken'])
    assert.equal((await recordsWhere(`value == "${value}"`, noCodecs))(readRecord({ value }), origin), true);
  assert.equal((await recordsWhere('value == null', noCodecs))(readRecord({}), origin), true);
});

for (const expression of [
  'valu.x == 1',
  'value.x()',
  'value.x = 1',
  'a ? b : c',
  'value ~ offset',
  'value.x |',
  '',
  'this',
  '[value]',
  'offset & 1',
  'value ~ "(a)\\\\1"',
  'value; offset',
]) {
  test(`where "${expression}" is refused`, async () => {
    await assert.rejects(recordsWhere(expression, noCodecs), { exitCode: 2 });
  });
}
