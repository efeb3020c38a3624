import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KctlError } from '../../../src/base/errors.js';
import { evaluate } from '../../../src/reassign/plan/evaluate.js';
import { planReassignment } from '../../../src/reassign/plan/plan.js';
import { plainRequest, type ReassignmentPlan } from '../../../src/reassign/plan/types.js';
import { type Instance, randomInstance } from '../../support/random-clusters.js';

const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 });

/** The plan of an instance; null where none improves on what is there. */
function planOf({ snapshot, request }: Instance): ReassignmentPlan | null {
  try {
    return planReassignment(snapshot, request);
  } catch (error) {
    assert.ok(error instanceof KctlError && error.code === 'NO_IMPROVEMENT', String(error));
    return null;
  }
}

test('every plan holds to the rules, its figures and its bound, and is the same for the same input', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const instance = randomInstance(seed, 14, 40);
      const plan = planOf(instance);
      if (plan === null) return;
      assert.deepEqual(evaluate(instance.snapshot, instance.request, plan), []);
      assert.deepEqual(planOf(instance), plan);
    }),
    { numRuns: 15 },
  );
});

test('draining, replacing and a new replication factor copy what they must and nothing more', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const instance = randomInstance(seed, 30, 200);
      fc.pre(['drain', 'replace', 'set-rf'].includes(instance.intent));
      const plan = planOf(instance);
      assert.equal(plan?.bytesToMove, plan?.bytesLowerBound);
    }),
    { numRuns: 60 },
  );
});

test('a partition without a leader is left alone, and named', () => {
  const brokers = [1, 2, 3].map((id) => ({ id, rack: null, alive: id !== 1, logDirs: [] }));
  const partitions = [
    { partition: 0, replicas: [1], leader: -1, sizeBytes: 10 },
    { partition: 1, replicas: [1, 2], leader: 2, sizeBytes: 10 },
  ];
  const snapshot = { clusterId: null, brokers, topics: [{ name: 't', partitions }] };
  const request = { ...plainRequest, drain: [1] };
  const plan = planReassignment(snapshot, request);
  assert.deepEqual(evaluate(snapshot, request, plan), []);
  assert.deepEqual(
    plan.moves.map(({ partition, to }) => [partition, to]),
    [[1, [3, 2]]],
  );
  assert.match(plan.remains.join(), /^t-0 without a leader/);
});
