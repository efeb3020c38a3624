import { type Assignment, isChanged } from './assignment.js';
import type { ClusterModel } from './model.js';
import type { Reach } from './shares.js';
import type { PlannedBalance, PlannedBroker, PlannedRack } from './types.js';

/** What each broker holds. */
export interface Figures {
  replicas: Float64Array;
  leaders: Float64Array;
  bytes: Float64Array;
}

/**
 * @param leaders the leader of each partition; -1: none
 * @param partitions those that are looked at
 * @param weights what each of these counts as, in bytes
 */
export function measure(
  model: ClusterModel,
  assignment: Assignment,
  leaders: Int32Array,
  partitions: Int32Array,
  weights: Float64Array,
): Figures {
  const count = model.brokers.length;
  const replicas = new Float64Array(count);
  const bytes = new Float64Array(count);
  const led = new Float64Array(count);
  for (let at = 0; at < partitions.length; at++) {
    const p = partitions[at] ?? 0;
    const weight = weights[at] ?? 0;
    for (let i = assignment.start[p] ?? 0; i < (assignment.start[p + 1] ?? 0); i++) {
      const b = assignment.replicas[i] ?? 0;
      add(replicas, b, 1);
      add(bytes, b, weight);
    }
    const leader = leaders[p] ?? -1;
    if (leader >= 0) add(led, leader, 1);
  }
  return { replicas, leaders: led, bytes };
}

function add(figures: Float64Array, at: number, more: number): void {
  figures[at] = (figures[at] ?? 0) + more;
}

/** Bytes on the way: to each broker; from each, as the leader that the copies are read from; and between racks. */
export interface Traffic {
  into: Float64Array;
  outOf: Float64Array;
  freed: Float64Array;
  across: Float64Array;
  bytes: number;
  replicas: number;
}

export function trafficOf(model: ClusterModel, after: Assignment): Traffic {
  const count = model.brokers.length;
  const fresh = () => new Float64Array(count);
  const traffic: Traffic = {
    into: fresh(),
    outOf: fresh(),
    freed: fresh(),
    across: new Float64Array(model.rackNames.length),
    bytes: 0,
    replicas: 0,
  };
  for (let p = 0; p < model.partitionCount; p++) {
    if (!isChanged(model, after, p)) continue;
    const size = model.sizes[p] ?? 0;
    const leader = model.leader[p] ?? -1;
    for (let i = model.start[p] ?? 0; i < (model.start[p + 1] ?? 0); i++) {
      const b = model.replicas[i] ?? 0;
      if (!holds(after, p, b)) add(traffic.freed, b, size);
    }
    for (let i = after.start[p] ?? 0; i < (after.start[p + 1] ?? 0); i++) {
      const b = after.replicas[i] ?? 0;
      if (holds(model, p, b)) continue;
      add(traffic.into, b, size);
      if (leader >= 0) add(traffic.outOf, leader, size);
      const rack = model.rackOf[b] ?? 0;
      if (!isInRack(model, p, rack)) add(traffic.across, rack, size);
      traffic.bytes += size;
      traffic.replicas++;
    }
  }
  return traffic;
}

function holds({ start, replicas }: Assignment, p: number, b: number): boolean {
  for (let i = start[p] ?? 0; i < (start[p + 1] ?? 0); i++) if (replicas[i] === b) return true;
  return false;
}

/** Whether a partition has a replica in this rack now. */
function isInRack({ start, replicas, rackOf }: ClusterModel, p: number, rack: number): boolean {
  for (let i = start[p] ?? 0; i < (start[p + 1] ?? 0); i++)
    if (rackOf[replicas[i] ?? 0] === rack) return true;
  return false;
}

export function reportBrokers(
  model: ClusterModel,
  before: Figures,
  after: Figures,
  traffic: Traffic,
): PlannedBroker[] {
  const known = (value: number | undefined) => (model.sized ? (value ?? 0) : null);
  const loadOf = ({ replicas, leaders, bytes }: Figures, b: number) => ({
    replicas: replicas[b] ?? 0,
    leaders: leaders[b] ?? 0,
    bytes: known(bytes[b]),
  });
  return model.brokers.map(({ id, rack, alive, logDirs }, b) => {
    const sum = (of: (dir: (typeof logDirs)[number]) => number | null) =>
      logDirs.length === 0 || logDirs.some((dir) => of(dir) === null)
        ? null
        : logDirs.reduce((total, dir) => total + (of(dir) ?? 0), 0);
    const free = sum((dir) => dir.freeBytes);
    return {
      id,
      rack,
      alive,
      before: loadOf(before, b),
      after: loadOf(after, b),
      bytesIn: known(traffic.into[b]),
      bytesOut: known(traffic.outOf[b]),
      totalBytes: sum((dir) => dir.totalBytes),
      freeBytesBefore: free,
      freeBytesAfter:
        free === null || !model.sized ? null : free - (traffic.into[b] ?? 0) + (traffic.freed[b] ?? 0),
    };
  });
}

export function reportRacks(model: ClusterModel, brokers: PlannedBroker[], traffic: Traffic): PlannedRack[] {
  return model.rackNames.map((rack, index) => {
    const members = brokers.filter((broker) => broker.rack === rack);
    const sum = (of: (broker: PlannedBroker) => number | null) =>
      model.sized ? members.reduce((total, broker) => total + (of(broker) ?? 0), 0) : null;
    return {
      rack,
      bytesIn: sum((broker) => broker.bytesIn),
      bytesOut: sum((broker) => broker.bytesOut),
      bytesAcross: model.sized ? (traffic.across[index] ?? 0) : null,
    };
  });
}

/** Partitions in fewer racks than their live replicas could be. */
export function rackViolations(model: ClusterModel, assignment: Assignment): number {
  const liveRacks = new Set(model.rackOf.filter((_, b) => model.alive[b] === 1)).size;
  const seen = new Int32Array(model.rackNames.length).fill(-1);
  let violations = 0;
  for (let p = 0; p < model.partitionCount; p++) {
    let racks = 0;
    let live = 0;
    for (let i = assignment.start[p] ?? 0; i < (assignment.start[p + 1] ?? 0); i++) {
      const b = assignment.replicas[i] ?? 0;
      if (model.alive[b] !== 1) continue;
      live++;
      const rack = model.rackOf[b] ?? 0;
      if (seen[rack] !== p) racks++;
      seen[rack] = p;
    }
    if (racks < Math.min(live, liveRacks)) violations++;
  }
  return violations;
}

/** How far brokers are from their shares, the farthest below and above, as parts of the share. */
export function reachOf(values: Float64Array, shares: Float64Array, members: Uint8Array): Reach {
  const reach = { below: 0, above: 0 };
  for (const [b, share] of shares.entries()) {
    if (members[b] !== 1 || share <= 0) continue;
    const ratio = (values[b] ?? 0) / share;
    reach.above = Math.max(reach.above, ratio - 1);
    reach.below = Math.max(reach.below, 1 - ratio);
  }
  return reach;
}

/** The same share for every member. */
export function evenShares(values: Float64Array, members: Uint8Array): Float64Array {
  const total = values.reduce((sum, value, b) => sum + (members[b] === 1 ? value : 0), 0);
  const count = members.reduce((sum, member) => sum + member, 0);
  return values.map((_, b) => (members[b] === 1 ? total / count : 0));
}

/** One line of the report of balance. */
export function balanceOf(
  of: PlannedBalance['of'],
  values: { before: Float64Array; after: Float64Array },
  shares: Float64Array,
  members: Uint8Array,
  asked: { tolerance: number; window: Reach } | null,
): PlannedBalance {
  return {
    of,
    before: reachOf(values.before, shares, members),
    after: reachOf(values.after, shares, members),
    tolerance: asked?.tolerance ?? null,
    window: asked?.window ?? null,
  };
}
