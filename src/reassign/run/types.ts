import type { ItemError } from '../../base/result.js';
import type { PlannedMove } from '../plan/types.js';

/** A partition as the cluster shows it. */
export interface SeenPartition {
  /** -1: none. */
  leader: number;
  replicas: number[];
  isr: number[];
  /** What a reassignment that is under way makes of its replicas; null: none is. */
  target: number[] | null;
}

/** What the cluster was seen to be at one moment. */
export interface Observation {
  atMs: number;
  alive: ReadonlySet<number>;
  /** By partition name. A partition of the plan that is missing is not there any more. */
  partitions: ReadonlyMap<string, SeenPartition>;
  /** Bytes of replicas, by partition name and broker (`replicaKey`); those that were not asked for are missing. */
  replicaBytes: ReadonlyMap<string, number>;
  /** Free bytes of each log directory of a broker; missing where it does not tell, and before Kafka 3.3. */
  freeBytes: ReadonlyMap<number, number[]>;
  /** Brokers and log directories that told nothing, and why; their subjects end in `broker ID`. */
  untold: readonly ItemError[];
}

export function replicaKey(partition: string, broker: number): string {
  return `${partition} ${broker}`;
}

export interface RunLimits {
  /** How many partitions a broker may copy at once, in and out together. */
  movesPerBroker: number;
  /** Bytes of all partitions that are copied at once; one may always be. */
  batchBytes: number;
  /** Without a new byte for so long, a move is told of; and so long is waited for a broker that is away. */
  stallAfterMs: number;
}

/** `auto`: one that was there before stays, else a cautious one; null: none is set. */
export type ThrottleChoice = number | 'auto' | null;

/** cordoned.log.dirs of a broker: before a run, and from its start on; null: nothing is set. */
export interface Cordon {
  broker: number;
  before: string | null;
  during: string | null;
}

/** Brokers that get a replica by a move. */
export function destinationsOf({ from, to }: Pick<PlannedMove, 'from' | 'to'>): number[] {
  return to.filter((id) => !from.includes(id));
}

export function sameReplicas(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
