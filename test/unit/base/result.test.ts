import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExitCode, KctlError } from '../../../src/base/errors.js';
import { exitCodeOf, type ItemError, itemError, listDocument } from '../../../src/base/result.js';

const failed = (exitCode?: ExitCode): ItemError => ({
  subject: 'topic x',
  code: 'X',
  message: 'x',
  ...(exitCode === undefined ? {} : { exitCode }),
});

const table: Array<[what: string, items: string[], errors: ItemError[], code: ExitCode]> = [
  ['nothing asked, nothing failed', [], [], 0],
  ['all done', ['a'], [], 0],
  ['all not found', [], [failed(4), failed(4)], 4],
  ['all unreachable', [], [failed(3)], 3],
  ['all timed out', [], [failed(6), failed(6)], 6],
  ['not found and unreachable', [], [failed(4), failed(3)], 1],
  ['not found and failed', [], [failed(4), failed()], 1],
  ['failed', [], [failed()], 1],
  ['one done, one not found', ['a'], [failed(4)], 1],
  ['one done, one unreachable', ['a'], [failed(3)], 1],
];
for (const [what, items, errors, code] of table) {
  test(`${what}: exit ${code}`, () =>
    assert.equal(exitCodeOf(listDocument('XList', 1, items, errors)), code));
}

test('warnings alone change nothing', () => {
  assert.equal(exitCodeOf(listDocument('XList', 1, ['a'], [], ['look here'])), ExitCode.done);
});

test("an item's error keeps code, hint and exit code, and prefers the words of whoever refused", () => {
  const thrown = new KctlError('topic x could not be made', {
    code: 'POLICY_VIOLATION',
    words: 'not on a Friday',
    hint: 'Wait.',
    exitCode: ExitCode.unreachable,
  });
  assert.deepEqual(itemError('topic x', thrown), {
    subject: 'topic x',
    code: 'POLICY_VIOLATION',
    message: 'not on a Friday',
    exitCode: 3,
    hint: 'Wait.',
  });
  assert.deepEqual(itemError('topic x', new TypeError('oops')), {
    subject: 'topic x',
    code: 'UNEXPECTED',
    message: 'oops',
  });
  assert.equal(itemError('topic x', 'a string').message, 'a string');
});
