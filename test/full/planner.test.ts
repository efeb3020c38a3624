import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { KctlError } from '../../src/base/errors.js';
import { evaluate } from '../../src/reassign/plan/evaluate.js';
import { planReassignment } from '../../src/reassign/plan/plan.js';
import { randomInstance, shapeOf } from '../support/random-clusters.js';

/** In two parts, so that each test stays far from the runner's limit. */
const perPart = 100;
const first = Number(process.env.KCTL_TEST_SEED ?? randomInt(1, 2 ** 30));

/** How far plans of dense clusters with all windows are from their bounds, in both parts. */
const windowed: number[] = [];

function planOf({ snapshot, request, seed }: ReturnType<typeof randomInstance>) {
  try {
    return planReassignment(snapshot, request);
  } catch (error) {
    assert.ok(error instanceof KctlError && error.code === 'NO_IMPROVEMENT', `seed ${seed}: ${error}`);
    return null;
  }
}

for (const part of [0, 1]) {
  const start = first + part * perPart;
  test(`${perPart} instances from seed ${start}: rules, bounds, and how far plans are from them`, () => {
    for (let seed = start; seed < start + perPart; seed++) {
      const instance = randomInstance(seed, 300, 5000);
      const plan = planOf(instance);
      if (plan === null) continue;
      assert.deepEqual(evaluate(instance.snapshot, instance.request, plan), [], `seed ${seed}`);
      if (seed % 10 === 0) assert.deepEqual(planOf(instance), plan, `seed ${seed}, planned again`);
      const { ratio, dense, group } = shapeOf(instance, plan);
      if (group === 'drain, replace, set-rf') assert.equal(ratio, 1, `seed ${seed}`);
      else if (group === 'fill, dense') assert.ok(ratio <= 1.02, `seed ${seed}: ${ratio}`);
      else if (dense) {
        assert.ok(ratio <= (instance.unequalRacks ? 1.15 : 1.1), `seed ${seed}: ${ratio}`);
        windowed.push(ratio);
      }
    }
  });
}

test('rebalanced dense clusters: median and 95 % of bytes against the bound', () => {
  windowed.sort((a, b) => a - b);
  assert.ok(windowed.length >= 20, `${windowed.length} compared`);
  const at = (part: number) => windowed[Math.floor(part * windowed.length)] ?? 1;
  assert.ok(at(0.5) <= 1.005, `median ${at(0.5)}`);
  assert.ok(at(0.95) <= 1.05, `95 %: ${at(0.95)}`);
});
