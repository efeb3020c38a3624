import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Envelope } from '../../../src/reassign/plan/envelope.js';
import { seeded } from '../../support/random-clusters.js';

test('the cheapest broker that is not taken is found whatever brokers ask, for weights that rise', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = seeded(seed);
    const count = 1 + Math.floor(random() * 40);
    // Of few values each, so that many brokers ask the same.
    const value = () => (seed % 2 === 0 ? Math.floor(random() * 4) - 2 : random() * 4 - 2);
    const slopes = Float64Array.from({ length: count }, value);
    const starts = Float64Array.from({ length: count }, value);
    const brokers = [...slopes.keys()];
    const envelope = new Envelope(brokers, slopes, starts);
    const taken = new Int32Array(count).fill(-1);
    const price = (b: number, weight: number) => (slopes[b] ?? 0) * weight + (starts[b] ?? 0);
    let weight = 0;
    for (let partition = 0; partition < 30; partition++) {
      weight += random() * 0.3;
      for (let i = 0; i <= count; i++) {
        const free = brokers.filter((b) => taken[b] !== partition);
        const found = envelope.besides(weight, taken, partition);
        if (free.length === 0) {
          assert.equal(found, -1);
          break;
        }
        assert.ok(free.includes(found), `broker ${found} of seed ${seed} is taken`);
        const least = Math.min(...free.map((b) => price(b, weight)));
        assert.ok(price(found, weight) <= least + 1e-9, `seed ${seed}, partition ${partition}, ${i} taken`);
        taken[random() < 0.5 ? found : (free[Math.floor(random() * free.length)] ?? 0)] = partition;
      }
    }
  }
});
