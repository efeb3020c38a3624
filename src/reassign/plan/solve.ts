import { anneal } from './anneal.js';
import { keepHomes, placeAll, releaseExcess } from './construct.js';
import { Emptiest } from './emptiest.js';
import { Placement } from './placement.js';
import type { Problem } from './problem.js';
import { settle } from './settle.js';
import { fairShares, type Reach, type Shares, type Windows, windowsOf } from './shares.js';
import { trim } from './trim.js';
import { isWindowed } from './types.js';

/** Up to this many places are annealed. */
const annealLimit = 40_000;

export interface Solution {
  placement: Placement;
  shares: Shares;
  windows: Windows;
  /** How far from its share a broker may be: what was asked for, or more where that was not reached. */
  load: Reach;
  count: Reach;
}

/** A placement that copies few bytes, within the windows that were asked for or the narrowest that were reached. */
export function solve(problem: Problem): Solution {
  const { tolerance } = problem.request;
  const shares = fairShares(problem);
  const asked = { below: tolerance, above: tolerance };
  const windowed = isWindowed(problem.request);
  let load: Reach = asked;
  let count: Reach = asked;
  if (windowed) {
    const scratch = fromScratch(problem, shares, asked);
    ({ load, count } = widened(scratch, load, count));
  }
  const windows = windowsOf(problem, shares, load, count);
  const placement = new Placement(problem, shares, windows);
  const emptiest = new Emptiest(placement);
  keepHomes(placement);
  if (windowed) releaseExcess(placement);
  placeAll(placement, emptiest);
  if (windowed) {
    settle(placement, emptiest);
    trim(placement);
    const places = placement.at.length;
    if (places <= annealLimit) {
      anneal(placement, Math.min(1_000_000, Math.max(100_000, places * 100)));
      settle(placement, emptiest);
      trim(placement);
    }
    if (placement.totalStrain() > 0) {
      ({ load, count } = widened(placement, load, count));
      placement.windows = windowsOf(problem, shares, load, count);
      trim(placement);
    }
  }
  return { placement, shares, windows: placement.windows, load, count };
}

/** All partitions placed anew, the largest first: what balance can be reached where bytes do not matter. */
function fromScratch(problem: Problem, shares: Shares, asked: Reach): Placement {
  const placement = new Placement(problem, shares, windowsOf(problem, shares, asked, asked));
  const emptiest = new Emptiest(placement);
  placeAll(placement, emptiest);
  if (placement.totalStrain() > 0) settle(placement, emptiest);
  return placement;
}

/** Windows that hold for a placement, no narrower than these. */
function widened(placement: Placement, load: Reach, count: Reach): { load: Reach; count: Reach } {
  const { windows, shares } = placement;
  const result = { load: { ...load }, count: { ...count } };
  for (let b = 0; b < placement.load.length; b++) {
    const bytes = placement.load[b] ?? 0;
    const replicas = placement.count[b] ?? 0;
    if (bytes > (windows.maxLoad[b] ?? 0)) widen(result.load, bytes / (shares.load[b] ?? 0));
    if (bytes < (windows.minLoad[b] ?? 0)) widen(result.load, bytes / (shares.load[b] ?? 0));
    if (replicas > (windows.maxCount[b] ?? 0)) widen(result.count, replicas / (shares.count[b] ?? 0));
    if (replicas < (windows.minCount[b] ?? 0)) widen(result.count, replicas / (shares.count[b] ?? 0));
  }
  return result;
}

function widen(reach: Reach, ratio: number): void {
  reach.above = Math.max(reach.above, (ratio - 1) * (1 + 1e-12));
  reach.below = Math.max(reach.below, (1 - ratio) * (1 + 1e-12));
}
