import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExitCode, KctlError } from '../../../src/base/errors.js';
import {
  failureOf,
  renderFailure,
  renderItemError,
  wantsDebug,
  wantsJson,
} from '../../../src/cli/failure.js';

const unreachable = new KctlError('cannot reach a:1: nothing listens there', {
  code: 'ECONNREFUSED',
  exitCode: ExitCode.unreachable,
  words: 'connect ECONNREFUSED',
  hint: 'Is it running?',
});

test('an expected failure is what failed, whose words, what to do: a line each', () => {
  assert.equal(failureOf(unreachable), unreachable);
  assert.equal(
    renderFailure(unreachable, false),
    'error: cannot reach a:1: nothing listens there\n  connect ECONNREFUSED\n  Is it running?',
  );
});

test('words that the message has already are not said twice', () => {
  const failure = new KctlError('it said no', { code: 'X', words: 'said no' });
  assert.equal(renderFailure(failure, false), 'error: it said no');
});

test('as JSON it is one line with the same facts', () => {
  const text = renderFailure(unreachable, true);
  assert.ok(!text.includes('\n'));
  assert.deepEqual(JSON.parse(text), {
    kind: 'Error',
    version: 1,
    code: 'ECONNREFUSED',
    message: 'cannot reach a:1: nothing listens there',
    words: 'connect ECONNREFUSED',
    hint: 'Is it running?',
    exitCode: 3,
  });
});

test("an item's error names its subject in both forms", () => {
  const error = { subject: 'topic x', code: 'INVALID_CONFIG', message: 'no such key' };
  assert.equal(renderItemError(error, false), 'error: topic x: no such key (INVALID_CONFIG)');
  const document = JSON.parse(renderItemError(error, true));
  assert.deepEqual([document.subject, document.exitCode], ['topic x', 1]);
});

for (const thrown of [new TypeError('x is undefined'), 'a string', undefined, null, { oclif: 1 }]) {
  test(`${String(thrown)} is not expected, and says so`, () => {
    const failure = failureOf(thrown);
    assert.deepEqual([failure.code, failure.exitCode], ['UNEXPECTED', ExitCode.failed]);
    assert.match(failure.hint ?? '', /--debug/);
  });
}

const json: Array<[words: string[], output: string | undefined, wanted: boolean]> = [
  [['-o', 'json'], undefined, true],
  [['-ojson'], undefined, true],
  [['-o=json'], undefined, true],
  [['--output', 'ndjson'], undefined, true],
  [['--output=json', 'x'], undefined, true],
  [['x', '--json'], undefined, true],
  [[], 'json', true],
  [[], 'ndjson', true],
  [[], undefined, false],
  [['-o', 'yaml'], 'json', false],
  [['-o', 'table'], undefined, false],
  [['--', '-o', 'json'], undefined, false],
  [['--jsonx'], undefined, false],
  [[], 'notjson', false],
];
for (const [words, output, wanted] of json) {
  test(`"${words.join(' ')}" with KCTL_OUTPUT=${output} ${wanted ? 'wants' : 'does not want'} JSON`, () => {
    assert.equal(wantsJson(words, output === undefined ? {} : { KCTL_OUTPUT: output }), wanted);
  });
}

test('stacks are for those who ask by flag or environment', () => {
  assert.equal(wantsDebug(['--debug'], {}), true);
  assert.equal(wantsDebug([], { KCTL_DEBUG: '1' }), true);
  assert.equal(wantsDebug([], { KCTL_DEBUG: '0' }), false);
  assert.equal(wantsDebug([], {}), false);
});

test('an item that names itself is not named twice', () => {
  const says = (subject: string, message: string) => renderItemError({ subject, message, code: 'C' }, false);
  assert.equal(says('group nope', 'there is no group nope'), 'error: there is no group nope (C)');
  assert.equal(says('topic a', 'there is no topic a.'), 'error: there is no topic a. (C)');
  for (const message of ['topic a-b is bad', 'topic a.b is bad', 'mytopic a'])
    assert.equal(says('topic a', message), `error: topic a: ${message} (C)`);
});
