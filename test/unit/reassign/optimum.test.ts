import assert from 'node:assert/strict';
import { test } from 'node:test';
import highs from 'highs';
import { KctlError } from '../../../src/base/errors.js';
import { planReassignment } from '../../../src/reassign/plan/plan.js';
import { programmeOf, programmeScale } from '../../support/integer-programme.js';
import { randomInstance } from '../../support/random-clusters.js';

/** The package's types take it for a module; it is the function that they call its default. */
const startSolver = highs as unknown as typeof highs.default;

test('on small clusters plans are near what an integer programme finds, and the bound is below it', async () => {
  let compared = 0;
  for (let seed = 1; seed <= 48; seed++) {
    const instance = randomInstance(seed, 7, 14);
    if (!instance.request.balance) continue;
    let plan: ReturnType<typeof planReassignment>;
    try {
      plan = planReassignment(instance.snapshot, instance.request);
    } catch (error) {
      assert.ok(error instanceof KctlError && error.code === 'NO_IMPROVEMENT', String(error));
      continue;
    }
    const solver = await startSolver();
    const { Status, ObjectiveValue } = solver.solve(programmeOf(instance, plan, true), { time_limit: 5 });
    if (Status !== 'Optimal') continue;
    compared++;
    const optimum = ObjectiveValue * programmeScale;
    const slack = 1024 + optimum * 1e-4;
    assert.ok((plan.bytesLowerBound ?? 0) <= optimum + slack, `seed ${seed}: the bound is above ${optimum}`);
    assert.ok(
      (plan.bytesToMove ?? 0) <= 1.1 * optimum + slack,
      `seed ${seed}: ${plan.bytesToMove} for ${optimum}`,
    );
  }
  assert.ok(compared >= 6, `${compared} compared`);
});
