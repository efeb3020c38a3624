import { anneal } from './anneal.js';
import { keepHomes, placeAll, releaseExcess, releaseSpare, type Wishes } from './construct.js';
import { Emptiest } from './emptiest.js';
import { Placement } from './placement.js';
import type { Problem } from './problem.js';
import { settle } from './settle.js';
import { fairShares, type Reach, type Shares, type Windows, windowsOf } from './shares.js';
import { trim } from './trim.js';
import { isWindowed } from './types.js';

/** Up to this many places are annealed, and placed anew to learn what can be reached. */
const annealLimit = 100_000;
const mostSteps = 5_000_000;

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
  const asked: Reach = { below: tolerance, above: tolerance };
  const windows = windowsOf(problem, shares, asked, asked);
  const placement = new Placement(problem, shares, windows);
  keepHomes(placement);
  const emptiest = new Emptiest(placement);
  const kept = placement.at.slice();
  if (!isWindowed(problem.request)) {
    placeAll(placement, emptiest);
    return { placement, shares, windows, load: asked, count: asked };
  }
  balance(placement, emptiest);
  if (placement.totalStrain() === 0) return { placement, shares, windows, load: asked, count: asked };
  // Some window cannot be met: the best that was reached is the window now, and bytes are saved within it.
  const scratch = placement.at.length > annealLimit ? null : fromScratch(problem, shares, windows);
  const isNearer = scratch !== null && scratch.totalStrain() < placement.totalStrain();
  const { load, count } = widened(isNearer ? scratch : placement, asked, asked);
  placement.windows = windowsOf(problem, shares, load, count);
  if (isNearer) {
    placement.restore(kept);
    balance(placement, emptiest);
  } else refine(placement, emptiest);
  const reached = widened(placement, load, count);
  placement.windows = windowsOf(problem, shares, reached.load, reached.count);
  return { placement, shares, windows: placement.windows, ...reached };
}

/** Brings every broker into its windows, from where its replicas are kept. */
function balance(placement: Placement, emptiest: Emptiest): void {
  let strain = placement.totalStrain();
  const wishes: Wishes = new Map();
  for (let round = 0; round < 8 && strain > 0; round++) {
    releaseExcess(placement, wishes);
    placeAll(placement, emptiest, wishes);
    if (releaseSpare(placement, wishes)) placeAll(placement, emptiest, wishes);
    const left = placement.totalStrain();
    if (left > 0.8 * strain) break;
    strain = left;
  }
  placeAll(placement, emptiest);
  settleAll(placement, emptiest);
  trim(placement);
  refine(placement, emptiest);
}

/** Settles; what is left then is small against replicas, and at last worth whatever they cost. */
function settleAll(placement: Placement, emptiest: Emptiest): void {
  const price = placement.strainPrice;
  for (const dearer of [1, 1000, 1e9]) {
    placement.strainPrice = dearer * price;
    settle(placement, emptiest);
    if (placement.totalStrain() === 0) break;
  }
  placement.strainPrice = price;
}

/** Anneals, the hotter the more steps a place there are, and keeps what is better. */
function refine(placement: Placement, emptiest: Emptiest): void {
  const places = placement.at.length;
  if (places > annealLimit || places === 0) return;
  const before = { at: placement.at.slice(), strain: placement.totalStrain(), cost: placement.totalCost() };
  const steps = Math.min(mostSteps, places * 1000);
  anneal(placement, steps, Math.min(3, steps / places / 5000), 0.7);
  if (placement.totalStrain() > 0) anneal(placement, Math.floor(steps / 4), 0.01, 100);
  settleAll(placement, emptiest);
  trim(placement);
  const eased = before.strain - placement.totalStrain();
  const better = eased > 1e-9 * before.strain || (eased >= 0 && placement.totalCost() < before.cost);
  if (!better) placement.restore(before.at);
}

/** All partitions placed anew, the largest first: what balance can be reached where bytes do not matter. */
function fromScratch(problem: Problem, shares: Shares, windows: Windows): Placement {
  const placement = new Placement(problem, shares, windows);
  const emptiest = new Emptiest(placement);
  placeAll(placement, emptiest);
  settle(placement, emptiest);
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
