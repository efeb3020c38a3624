import { Dual, rackLimit } from './dual.js';
import type { Problem } from './problem.js';
import type { Shares, Windows } from './shares.js';
import { isWindowed } from './types.js';

/** What the bound is without prices: of each partition what its homes cannot fill as the rules allow. */
function forcedBytes({
  model,
  size,
  placeStart,
  homeStart,
  homes,
  fixedStart,
  fixed,
  doubles,
  costs,
}: Problem): number {
  const seen = new Int32Array(model.rackNames.length).fill(-1);
  let sum = 0;
  for (let p = 0; p < size; p++) {
    let spare = doubles[p] ?? 0;
    for (let i = fixedStart[p] ?? 0; i < (fixedStart[p + 1] ?? 0); i++) {
      const b = fixed[i] ?? 0;
      const rack = model.rackOf[b] ?? 0;
      if (model.alive[b] !== 1) continue;
      if (seen[rack] === p) spare--;
      seen[rack] = p;
    }
    let open = (placeStart[p + 1] ?? 0) - (placeStart[p] ?? 0);
    for (let i = homeStart[p] ?? 0; i < (homeStart[p + 1] ?? 0) && open > 0; i++) {
      const rack = model.rackOf[homes[i] ?? 0] ?? 0;
      if (seen[rack] === p && spare-- <= 0) continue;
      seen[rack] = p;
      open--;
    }
    sum += open * (costs[p] ?? 0);
  }
  return sum;
}

/**
 * Bytes that every placement within these windows must copy, by weak duality: for any prices, the cheapest placement
 * of each partition by itself, less what the windows allow. Good prices are sought by subgradient ascent.
 * @param copied what a plan copies: the ascent aims at it and ends there
 */
export function lowerBound(problem: Problem, shares: Shares, windows: Windows, copied: number): number {
  const forced = forcedBytes(problem);
  if (!isWindowed(problem.request) || forced >= copied) return forced;
  const dual = new Dual(problem, shares, windows);
  let best = { value: Number.NEGATIVE_INFINITY, prices: dual.none() };
  const work = problem.size * (Math.min(rackLimit, problem.model.rackNames.length) + 4);
  const affordable = Math.min(1200, Math.floor(6e7 / Math.max(1, work)));
  // In large clusters the prices to start from are good, and a few rounds win nothing.
  let rounds = affordable < 50 ? 4 : affordable;
  const enough = copied * (1 - 3e-4);
  for (const prices of dual.starts(rounds > 100)) {
    if (best.value >= enough) break;
    const value = dual.value(prices);
    if (value > best.value) best = { value, prices };
  }
  // Where bytes alone decide, the best prices of a byte are mostly -1, 0 and 1.
  for (const change of dual.steps()) {
    if (rounds <= 4 || best.value >= enough) break;
    const perByte = best.prices.perByte.slice();
    for (const [b, price] of change) perByte[b] = price;
    if (perByte.every((price, b) => price === best.prices.perByte[b])) continue;
    const prices = { ...best.prices, perByte };
    const value = dual.value(prices);
    if (value > best.value) best = { value, prices };
    rounds--;
  }
  dual.value(best.prices);
  dual.blend(1);
  let pace = 1;
  let idle = 0;
  for (let round = 0; round < rounds && best.value < enough; round++) {
    const prices = dual.climbed(best.prices, pace * Math.max(0, copied - best.value));
    const value = dual.value(prices);
    dual.blend(0.1);
    const gain = (value - best.value) / (copied - best.value);
    if (gain > 0) best = { value, prices };
    if (gain > 0.01) {
      idle = 0;
      pace = Math.min(2, pace * 1.2);
    } else if (++idle > 12) {
      pace *= 0.6;
      idle = 0;
    }
  }
  // Without prices all terms are whole numbers and the sum is exact; else rounding must not lift the bound.
  return Math.max(forced, best.value * (1 - 1e-9));
}
