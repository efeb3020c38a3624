import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorOf, kafkaErrors } from '../../../src/protocol/errors.js';

test('the table runs from -1 up without a gap, each name once', () => {
  assert.deepEqual(
    kafkaErrors.map(({ code }) => code),
    kafkaErrors.map((_, index) => index - 1),
  );
  assert.equal(new Set(kafkaErrors.map(({ name }) => name)).size, kafkaErrors.length);
  for (const { message } of kafkaErrors) assert.match(message, /^[A-Z].{5,80}\.$/);
});

test('errors are found by their code', () => {
  assert.equal(errorOf(0).name, 'NONE');
  assert.equal(errorOf(-1).name, 'UNKNOWN_SERVER_ERROR');
  assert.deepEqual(errorOf(41), {
    code: 41,
    name: 'NOT_CONTROLLER',
    retriable: true,
    message: 'The broker is not the controller.',
  });
});

test('an error that is newer than the table has a name too', () => {
  assert.equal(errorOf(9999).name, 'UNKNOWN_ERROR_CODE_9999');
  assert.equal(errorOf(-32768).retriable, false);
});
