import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ExitCode, KctlError } from '../../../src/base/errors.js';
import { parseReplicaAssignment } from '../../../src/topics/assignment.js';

test("Kafka's own notation is read partition by partition, replica by replica", () => {
  const brokers = fc.uniqueArray(fc.nat(999_999_999), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(brokers, { minLength: 1, maxLength: 20 }), (assignment) => {
      const text = assignment.map((replicas) => replicas.join(':')).join(',');
      assert.deepEqual(parseReplicaAssignment(text), assignment);
    }),
  );
});

for (const text of [
  '',
  ',',
  ':',
  '1:',
  '1,,2',
  '-1',
  '1:1',
  '1:2,3',
  'a',
  '1 :2',
  '1:2,',
  '9999999999',
  '1.5',
]) {
  test(`"${text}" is refused as usage`, () => {
    assert.throws(
      () => parseReplicaAssignment(text),
      (error) => error instanceof KctlError && error.exitCode === ExitCode.usage,
    );
  });
}
