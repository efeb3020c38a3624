import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareNames, nearestNames } from '../../../src/base/names.js';

test('names are ordered by code units, whatever the locale', () => {
  assert.deepEqual(['b', 'a', 'B', 'ä', '_'].sort(compareNames), ['B', '_', 'a', 'b', 'ä']);
});

test('one typing error finds the name that was meant, first', () => {
  const names = ['bier-bar', 'bier-log', 'orders', 'payments'];
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat(), fc.constantFrom('z', ''), (name, at, put) => {
      const place = at % name.length;
      assert.equal(nearestNames(name.slice(0, place) + put + name.slice(place + 1), names)[0], name);
    }),
  );
});

test('at most three names are offered, and none that has nothing in common', () => {
  assert.deepEqual(nearestNames('top', ['top1', 'top2', 'top3', 'top4']), ['top1', 'top2', 'top3']);
  assert.deepEqual(nearestNames('-v', ['zk', 'a']), []);
  assert.deepEqual(nearestNames('orders', []), []);
});
