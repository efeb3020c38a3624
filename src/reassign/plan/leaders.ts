import { type Assignment, replicasIn } from './assignment.js';
import type { ClusterModel } from './model.js';
import type { Reach } from './shares.js';

/** Who leads each partition when preferred leaders are elected; -1: no replica of it is alive. */
export function preferredLeaders(model: ClusterModel, assignment: Assignment): Int32Array {
  const preferred = new Int32Array(model.partitionCount).fill(-1);
  for (let p = 0; p < preferred.length; p++) {
    const end = assignment.start[p + 1] ?? 0;
    let i = assignment.start[p] ?? 0;
    while (i < end && model.alive[assignment.replicas[i] ?? 0] !== 1) i++;
    if (i < end) preferred[p] = assignment.replicas[i] ?? 0;
  }
  return preferred;
}

/**
 * Brings the brokers' numbers of preferred leaders within a tolerance of their mean, with few changes: along shortest
 * paths, a partition a step, from brokers that lead too many and to brokers that lead too few. When no path is left no
 * order of replicas does better, because these are the augmenting paths of a flow.
 * @param scope the partitions whose order may change
 * @param brokers those that take part
 * @returns how far from the mean a broker may be now; wider than asked where the replicas do not allow more
 */
export function balanceLeaders(
  model: ClusterModel,
  assignment: Assignment,
  scope: Int32Array,
  brokers: Uint8Array,
  tolerance: number,
): { window: Reach; mean: number } {
  const leads = new LeaderCounts(model, assignment, scope, brokers);
  const members = [...brokers.keys()].filter((b) => brokers[b] === 1);
  const mean = members.reduce((sum, b) => sum + leads.count(b), 0) / members.length;
  const least = Math.floor(mean * (1 - tolerance) + 1e-9);
  const most = Math.ceil(mean * (1 + tolerance) - 1e-9);
  for (const b of members) {
    while (leads.count(b) > most && leads.give(b, most));
  }
  for (const b of members) {
    while (leads.count(b) < least && leads.get(b, least));
  }
  const window = { below: tolerance, above: tolerance };
  for (const b of members) {
    const count = leads.count(b);
    if (count > most) window.above = Math.max(window.above, count / mean - 1);
    if (count < least) window.below = Math.max(window.below, 1 - count / mean);
  }
  return { window, mean };
}

/** A way for leaderships: partitions whose leader changes to the next broker, one after another. */
interface Step {
  partition: number;
  from: number;
  to: number;
}

class LeaderCounts {
  readonly #leader: Int32Array;
  readonly #led: Array<Set<number>>;
  /** The partitions that each broker holds a replica of: from `#start[b]` to `#start[b + 1]`. */
  readonly #held: Int32Array;
  readonly #start: Int32Array;

  constructor(
    readonly model: ClusterModel,
    readonly assignment: Assignment,
    scope: Int32Array,
    readonly brokers: Uint8Array,
  ) {
    this.#leader = preferredLeaders(model, assignment);
    this.#led = model.brokers.map(() => new Set());
    this.#start = new Int32Array(model.brokers.length + 2);
    this.#held = new Int32Array(assignment.replicas.length);
    const each = (visit: (b: number, p: number) => void) => {
      for (const p of scope) {
        for (let i = assignment.start[p] ?? 0; i < (assignment.start[p + 1] ?? 0); i++)
          visit(assignment.replicas[i] ?? 0, p);
      }
    };
    // Counted two places on, summed, and filled in from one place on: then each broker's end is the next one's start.
    const next = this.#start;
    each((b) => {
      next[b + 2] = (next[b + 2] ?? 0) + 1;
    });
    for (let b = 2; b < next.length; b++) next[b] = (next[b] ?? 0) + (next[b - 1] ?? 0);
    each((b, p) => {
      const slot = next[b + 1] ?? 0;
      next[b + 1] = slot + 1;
      this.#held[slot] = p;
    });
    for (const p of scope) this.#led[this.#leader[p] ?? -1]?.add(p);
  }

  count(b: number): number {
    return this.#led[b]?.size ?? 0;
  }

  /** Takes a leadership off a broker, for one that may lead another. */
  give(broker: number, most: number): boolean {
    const nextOf = (b: number, visit: (step: Step) => void) => {
      for (const partition of this.#led[b] ?? []) {
        for (const to of replicasIn(this.assignment, partition)) {
          if (to !== b && this.brokers[to] === 1) visit({ partition, from: b, to });
        }
      }
    };
    const path = shortest(
      broker,
      nextOf,
      ({ to }) => to,
      (b) => (this.count(b) < most ? this.count(b) : null),
    );
    for (const step of path ?? []) this.#lead(step);
    return path !== null;
  }

  /** Gives a leadership to a broker, from one that can spare it. */
  get(broker: number, least: number): boolean {
    const nextOf = (b: number, visit: (step: Step) => void) => {
      for (let i = this.#start[b] ?? 0; i < (this.#start[b + 1] ?? 0); i++) {
        const partition = this.#held[i] ?? 0;
        const from = this.#leader[partition] ?? -1;
        if (from !== b && this.brokers[from] === 1) visit({ partition, from, to: b });
      }
    };
    const path = shortest(
      broker,
      nextOf,
      ({ from }) => from,
      (b) => (this.count(b) > least ? -this.count(b) : null),
    );
    for (const step of path ?? []) this.#lead(step);
    return path !== null;
  }

  /** Puts a replica first in its partition's order; the leader takes its place. */
  #lead({ partition, from, to }: Step): void {
    const order = replicasIn(this.assignment, partition);
    const leaderAt = order.indexOf(from);
    order[order.indexOf(to)] = from;
    order[leaderAt] = to;
    this.#leader[partition] = to;
    this.#led[from]?.delete(partition);
    this.#led[to]?.add(partition);
  }
}

/**
 * The shortest path to a broker that will do, the best of those at the same distance.
 * @param rank what is better is lower; null: it will not do
 */
function shortest(
  start: number,
  nextOf: (broker: number, visit: (step: Step) => void) => void,
  endOf: (step: Step) => number,
  rank: (broker: number) => number | null,
): Step[] | null {
  const reachedBy = new Map<number, Step | null>([[start, null]]);
  const cameFrom = new Map<number, number>();
  for (let level = [start]; level.length > 0; ) {
    const next: number[] = [];
    let best: { broker: number; rank: number } | undefined;
    for (const broker of level) {
      nextOf(broker, (step) => {
        const end = endOf(step);
        if (reachedBy.has(end)) return;
        reachedBy.set(end, step);
        cameFrom.set(end, broker);
        next.push(end);
        const ranked = rank(end);
        if (ranked !== null && (best === undefined || ranked < best.rank))
          best = { broker: end, rank: ranked };
      });
    }
    if (best) {
      const path: Step[] = [];
      for (let b = best.broker; b !== start; b = cameFrom.get(b) ?? start) {
        const step = reachedBy.get(b);
        if (step) path.push(step);
      }
      return path;
    }
    level = next;
  }
  return null;
}
