import type { Problem } from './problem.js';

/** The fair share of each broker; 0 for one that may hold nothing. */
export interface Shares {
  load: Float64Array;
  count: Float64Array;
  /**
   * What a replica weighs where loads are compared: its bytes, but no more than the smallest fair share, because a
   * partition larger than that cannot be balanced, only put somewhere.
   */
  weights: Float64Array;
}

/**
 * Fair shares where racks differ in size. With the racks by their hosts, most first, and N the hosts of the first k,
 * these can hold at most f(k) = Σ w·min(places, k + doubles, N): the shares are the slopes of the greatest convex
 * function below the points (N, f(k)). The cap on weights is the fixpoint of cap = smallest share.
 */
export function fairShares(problem: Problem): Shares {
  const { size, costs } = problem;
  const racks = hostRacks(problem);
  const kinds = kindsOf(problem);
  const count = slopes(problem, racks, kinds, new Float64Array(size).fill(1));
  let weights = costs;
  let load = slopes(problem, racks, kinds, weights);
  for (let round = 0; round < 60 && problem.request.by === 'bytes'; round++) {
    // Whole bytes, so that sums of them are exact.
    const cap = Math.floor(smallest(problem, load));
    if (weights.every((weight) => weight <= cap * (1 + 1e-9))) break;
    weights = costs.map((cost) => Math.min(cost, cap));
    load = slopes(problem, racks, kinds, weights);
  }
  return { load, count, weights };
}

interface HostRack {
  rack: number;
  hosts: number;
}

function hostRacks({ model, hosts }: Problem): HostRack[] {
  const counts = new Map<number, number>();
  for (const [b, rack] of model.rackOf.entries()) if (hosts[b]) counts.set(rack, (counts.get(rack) ?? 0) + 1);
  return [...counts]
    .map(([rack, count]) => ({ rack, hosts: count }))
    .sort((a, b) => b.hosts - a.hosts || a.rack - b.rack);
}

/** Partitions of as many places, as many of which may share a rack, are of one kind. */
interface Kinds {
  all: Array<{ places: number; doubles: number }>;
  /** The kind of each partition. */
  of: Int32Array;
}

function kindsOf({ size, placeStart, doubles }: Problem): Kinds {
  const kinds: Kinds = { all: [], of: new Int32Array(size) };
  const known = new Map<number, number>();
  for (let p = 0; p < size; p++) {
    const kind = { places: (placeStart[p + 1] ?? 0) - (placeStart[p] ?? 0), doubles: doubles[p] ?? 0 };
    const key = kind.places * 65_536 + kind.doubles;
    const at = known.get(key) ?? kinds.all.push(kind) - 1;
    known.set(key, at);
    kinds.of[p] = at;
  }
  return kinds;
}

function slopes(problem: Problem, racks: HostRack[], kinds: Kinds, weights: Float64Array): Float64Array {
  const { model, hosts, size } = problem;
  const sums = new Float64Array(kinds.all.length);
  for (let p = 0; p < size; p++) {
    const kind = kinds.of[p] ?? 0;
    sums[kind] = (sums[kind] ?? 0) + (weights[p] ?? 0);
  }
  const points = [{ hosts: 0, most: 0 }];
  for (const [k, rack] of racks.entries()) {
    const n = (points[k]?.hosts ?? 0) + rack.hosts;
    let most = 0;
    for (const [kind, { places, doubles }] of kinds.all.entries()) {
      most += (sums[kind] ?? 0) * Math.min(places, k + 1 + doubles, n);
    }
    points.push({ hosts: n, most });
  }
  const shareOf = new Map<number, number>();
  for (let from = 0; from < racks.length; ) {
    let to = from + 1;
    let least = Number.POSITIVE_INFINITY;
    for (let k = from + 1; k < points.length; k++) {
      const rise = (points[k]?.most ?? 0) - (points[from]?.most ?? 0);
      const slope = rise / ((points[k]?.hosts ?? 0) - (points[from]?.hosts ?? 0));
      if (slope <= least) {
        least = slope;
        to = k;
      }
    }
    for (const { rack } of racks.slice(from, to)) shareOf.set(rack, least);
    from = to;
  }
  return Float64Array.from(model.rackOf, (rack, b) => (hosts[b] ? (shareOf.get(rack) ?? 0) : 0));
}

function smallest({ hosts }: Problem, shares: Float64Array): number {
  return shares.reduce(
    (least, share, b) => (hosts[b] ? Math.min(least, share) : least),
    Number.POSITIVE_INFINITY,
  );
}

/** Where loads and counts of brokers have to be; infinite where nothing is asked of a broker. */
export interface Windows {
  minLoad: Float64Array;
  maxLoad: Float64Array;
  minCount: Float64Array;
  maxCount: Float64Array;
}

/** How far below and above its share a broker may be, as parts of it. */
export interface Reach {
  below: number;
  above: number;
}

/** The brokers whose balance is asked for: all that take part, or only those to be filled. */
export function balancedBrokers({ request, model, hosts }: Problem): Uint8Array {
  const filled = new Set(request.fill.map((id) => model.indexOf.get(id)));
  return hosts.map((host, b) => (host === 1 && (request.balance || filled.has(b)) ? 1 : 0));
}

/** The windows of the brokers whose balance is asked for, in whole bytes, so that sums with them are exact. */
export function windowsOf(problem: Problem, shares: Shares, load: Reach, count: Reach): Windows {
  const { request, model } = problem;
  const balanced = balancedBrokers(problem);
  const bytes = request.by === 'bytes';
  const along = (value: (b: number) => number, other: number) =>
    Float64Array.from(model.brokers, (_, b) => (balanced[b] === 1 ? value(b) : other));
  const none = Number.POSITIVE_INFINITY;
  return {
    minLoad: along((b) => (bytes ? least((shares.load[b] ?? 0) * (1 - load.below)) : 0), 0),
    maxLoad: along((b) => (bytes ? most((shares.load[b] ?? 0) * (1 + load.above)) : none), none),
    minCount: along((b) => Math.max(0, Math.floor((shares.count[b] ?? 0) * (1 - count.below) + 1e-9)), 0),
    maxCount: along((b) => Math.ceil((shares.count[b] ?? 0) * (1 + count.above) - 1e-9), none),
  };
}

/** The least whole number that is no less, but for rounding; and the largest that is no more. */
function least(value: number): number {
  return Math.ceil(value * (1 - 1e-12));
}

function most(value: number): number {
  return Math.floor(value * (1 + 1e-12));
}
