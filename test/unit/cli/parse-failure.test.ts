import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExitCode, KctlError } from '../../../src/base/errors.js';
import { parseFailure } from '../../../src/cli/parse-failure.js';

/** An error as oclif's parser throws it. */
function parserError(message: string, more: object = {}): Error {
  return Object.assign(new Error(`${message}\nSee more help with --help`), { oclif: { exit: 2 }, ...more });
}

test('an unknown flag is named, and the nearest ones too', () => {
  const parse = { input: { flags: { internal: {}, output: {} } } };
  const failure = parseFailure(
    parserError('Nonexistent flag: --intrnal=1', { flags: ['--intrnal=1'], parse }),
  );
  assert.equal(failure.exitCode, ExitCode.usage);
  assert.equal(failure.message, 'there is no flag --intrnal here');
  assert.equal(failure.hint, 'Did you mean --internal?');
});

test("the parser's advice and line breaks are left out", () => {
  const failure = parseFailure(
    parserError('Missing 1 required arg:\nname  names of the topics\n\nNote: long advice'),
  );
  assert.deepEqual(
    [failure.message, failure.code],
    ['Missing 1 required arg: name  names of the topics', 'USAGE'],
  );
});

test('two flags that exclude each other are both named', () => {
  const failure = parseFailure(
    parserError(
      'The following error occurred:\n  --from-beginning=true cannot also be provided when using --offset',
    ),
  );
  assert.equal(failure.message, '--from-beginning and --offset exclude each other');
});

test("what a flag's own parser refused is told by the flag", () => {
  const refused = new KctlError('"x" is not a duration', { code: 'USAGE', exitCode: 2, hint: 'Write 10s.' });
  refused.message = `Parsing --timeout \n\t${refused.message}\nSee more help with --help`;
  const failure = parseFailure(refused);
  assert.deepEqual(
    [failure.message, failure.hint, failure.exitCode],
    ['--timeout: "x" is not a duration', 'Write 10s.', 2],
  );
});

test("what an argument's own parser refused is a usage error too", () => {
  const failure = parseFailure(new Error('Expected an integer but received: x'));
  assert.deepEqual([failure.message, failure.exitCode], ['Expected an integer but received: x', 2]);
});
