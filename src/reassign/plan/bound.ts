import { Dual, type Prices, rackLimit } from './dual.js';
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

/** So often is the dual function asked at most, and so much work may that be: partitions times racks. */
const mostRounds = 3000;
const mostWork = 2e8;
/** Where fewer rounds than these are affordable the prices to start from are good, and so few win nothing. */
const fewRounds = 75;

interface Priced {
  value: number;
  prices: Prices;
}

/**
 * Bytes that every placement within these windows must copy, by weak duality: for any prices, the cheapest placement
 * of each partition by itself, less what the windows allow. Good prices are sought step by step, then by ascent.
 * @param copied what a plan copies: the search ends near it
 */
export function lowerBound(problem: Problem, shares: Shares, windows: Windows, copied: number): number {
  const forced = forcedBytes(problem);
  if (!isWindowed(problem.request) || forced >= copied) return forced;
  const dual = new Dual(problem, shares, windows);
  const work = Math.max(1, problem.size * (Math.min(rackLimit, problem.model.rackNames.length) + 4));
  const affordable = Math.min(mostRounds, Math.floor(mostWork / work));
  const rounds = affordable < fewRounds ? 0 : affordable;
  const enough = copied * (1 - 3e-4);
  let best: Priced = { value: Number.NEGATIVE_INFINITY, prices: dual.none() };
  for (const prices of dual.starts(rounds > 0)) {
    if (best.value >= enough) break;
    const value = dual.value(prices);
    if (value > best.value) best = { value, prices };
  }
  best = stepwise(dual, best, enough, Math.floor(0.3 * rounds));
  const risen = ascend(dual, best, copied, enough, Math.ceil(0.7 * rounds));
  // Without prices all terms are whole numbers and the sum is exact; else rounding must not lift the bound.
  return Math.max(forced, Math.max(best.value, risen) * (1 - 1e-9));
}

/** Where bytes alone decide, the best prices of a byte are mostly -1, 0 and 1. */
function stepwise(dual: Dual, start: Priced, enough: number, rounds: number): Priced {
  let best = start;
  let left = rounds;
  for (const change of dual.steps()) {
    if (left <= 0 || best.value >= enough) break;
    const perByte = best.prices.perByte.slice();
    for (const [b, price] of change) perByte[b] = price;
    if (perByte.every((price, b) => price === best.prices.perByte[b])) continue;
    const prices = { ...best.prices, perByte };
    const value = dual.value(prices);
    if (value > best.value) best = { value, prices };
    left--;
  }
  return best;
}

/** The highest value found from prices upwards, by the volume algorithm. */
function ascend(dual: Dual, start: Priced, copied: number, enough: number, rounds: number): number {
  if (rounds === 0 || start.value >= enough) return start.value;
  // Where prices are just those of a copied byte most placements are equally cheap, and no way leads up: it begins below.
  const lowered = (prices: Float64Array) => prices.map((price) => 0.8 * price);
  let prices: Prices = {
    perByte: lowered(start.prices.perByte),
    perReplica: lowered(start.prices.perReplica),
  };
  let best = dual.value(prices);
  dual.startMean();
  let pace = 0.3;
  let part = 0.2;
  let idle = 0;
  let before = best;
  let begun = best;
  for (let round = 1; round <= rounds && best < enough; round++) {
    const next = dual.climbed(prices, pace * (copied - best));
    const value = dual.value(next);
    const agrees = dual.blend(next, part);
    if (value > best) {
      if (agrees) pace = Math.min(2, pace * 1.2);
      best = value;
      prices = next;
      idle = 0;
    } else if (++idle === 8) {
      pace *= 0.66;
      idle = 0;
    }
    if (round % 30 !== 0) continue;
    // A mean that keeps more of what was before is steadier; where it moves no more it is begun anew.
    if (best - before < 0.01 * (copied - best)) part /= 2;
    before = best;
    if (part > 5e-3) continue;
    if (best - begun < 1e-3 * copied) break;
    begun = best;
    dual.value(prices);
    dual.startMean();
    pace = 0.1;
    part = 0.1;
  }
  return best;
}
