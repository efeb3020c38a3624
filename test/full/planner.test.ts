import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { KctlError } from '../../src/base/errors.js';
import { evaluate } from '../../src/reassign/plan/evaluate.js';
import { planReassignment } from '../../src/reassign/plan/plan.js';
import { randomInstance, shapeOf } from '../support/random-clusters.js';

/** In two parts of 250, so that each file's tests stay far from the runner's limit. */
const first = Number(process.env.KCTL_TEST_SEED ?? randomInt(1, 2 ** 30));

for (const part of [0, 1]) {
  test(`250 instances from seed ${first + part * 250}: rules, bounds, and how far plans are from them`, () => {
    const windowed: number[] = [];
    for (let seed = first + part * 250; seed < first + (part + 1) * 250; seed++) {
      const instance = randomInstance(seed, 300, 5000);
      let plan: ReturnType<typeof planReassignment>;
      try {
        plan = planReassignment(instance.snapshot, instance.request);
      } catch (error) {
        assert.ok(error instanceof KctlError && error.code === 'NO_IMPROVEMENT', `seed ${seed}: ${error}`);
        continue;
      }
      assert.deepEqual(evaluate(instance.snapshot, instance.request, plan), [], `seed ${seed}`);
      const { ratio, dense, group } = shapeOf(instance, plan);
      if (group === 'drain, replace, set-rf') assert.equal(ratio, 1, `seed ${seed}`);
      else if (group === 'fill, dense') assert.ok(ratio <= 1.02, `seed ${seed}: ${ratio}`);
      else if (dense) windowed.push(ratio);
    }
    windowed.sort((a, b) => a - b);
    assert.ok((windowed[windowed.length >> 1] ?? 1) <= 1.01, `median of ${windowed}`);
  });
}
