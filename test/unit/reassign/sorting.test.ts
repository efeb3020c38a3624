import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sortedBy, sortedDownBy, upTo } from '../../../src/reassign/plan/sorting.js';

const sizes = fc.array(
  fc.oneof(
    fc.maxSafeNat(),
    fc.nat(3),
    fc.double({ min: 0, max: 1e18, noNaN: true, noDefaultInfinity: true }),
  ),
);

test('items are sorted as comparing would, and equals keep their order', () => {
  fc.assert(
    fc.property(sizes, (list) => {
      const keys = Float64Array.from(list);
      const of = (item: number) => keys[item] ?? 0;
      const items = upTo(list.length).reverse();
      assert.deepEqual(
        sortedBy(items, keys),
        items.toSorted((a, b) => of(a) - of(b)),
      );
      assert.deepEqual(
        sortedDownBy(items, keys),
        items.toSorted((a, b) => of(b) - of(a)),
      );
    }),
  );
});
