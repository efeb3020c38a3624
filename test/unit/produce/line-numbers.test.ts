import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineNumbers } from '../../../src/client/line-numbers.js';

test('runs give back the numbers that were added', () => {
  const run = fc.record({ first: fc.nat(50), count: fc.integer({ min: 1, max: 5 }) });
  fc.assert(
    fc.property(fc.array(run), (runs) => {
      const numbers = new LineNumbers();
      for (const { first, count } of runs) numbers.add(first, count);
      const expected = runs.flatMap(({ first, count }) =>
        Array.from({ length: count }, (_, step) => first + step),
      );
      assert.deepEqual([...numbers], expected);
      assert.equal(numbers.length, expected.length);
      assert.equal(numbers.first, expected[0]);
    }),
  );
});
