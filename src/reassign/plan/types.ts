import type { ResultDocument } from '../../base/result.js';

/** A log directory of a broker; null where the broker is too old to tell (before Kafka 3.3) or did not answer. */
export interface SnapshotLogDir {
  path: string;
  totalBytes: number | null;
  freeBytes: number | null;
}

export interface SnapshotBroker {
  id: number;
  rack: string | null;
  alive: boolean;
  /** Takes no new replicas (KIP-1066). */
  cordoned?: boolean;
  logDirs: SnapshotLogDir[];
}

export interface SnapshotPartition {
  partition: number;
  /** Broker ids in order of preference. */
  replicas: number[];
  /** -1: none. */
  leader: number;
  /** Bytes of one replica, below 2^53; null where nobody told. */
  sizeBytes: number | null;
}

/** All that planning needs to know of a cluster, read from it or from a file. */
export interface ClusterSnapshot {
  clusterId: string | null;
  brokers: SnapshotBroker[];
  topics: Array<{ name: string; partitions: SnapshotPartition[] }>;
}

/** `require`: as many racks as there are; `prefer`: no partition in fewer racks than now; `ignore`: racks do not matter. */
export type RackAwareness = 'require' | 'prefer' | 'ignore';

/** What is wanted. Several may be asked for at once; all that is named must exist in the snapshot. */
export interface PlanRequest {
  /** Brokers that give all their replicas away. */
  drain: number[];
  /** Brokers that take their fair share, from the others. */
  fill: number[];
  /** Brokers whose replicas another takes, in their places. */
  replace: Array<{ from: number; to: number }>;
  /** A new replication factor for some topics. */
  replicationFactor: { topics: ReadonlySet<string>; factor: number } | null;
  /** All brokers within the tolerance. */
  balance: boolean;
  /** Preferred leaders within the tolerance, by the order of replicas alone. */
  leaders: boolean;
  /** The topics that may move, and whose load is balanced; null: all. */
  topics: ReadonlySet<string> | null;
  /** The brokers that take part; null: all. What is on others stays there. */
  brokers: number[] | null;
  excludedBrokers: number[];
  rackAware: RackAwareness;
  /** How far from its fair share a broker may be, 0.1 for 10 %. */
  tolerance: number;
  /** `count` plans without sizes: every replica weighs the same. */
  by: 'bytes' | 'count';
  /** The part of each broker's disks that stays free, 0.1 for 10 %. */
  diskHeadroom: number;
}

export const plainRequest: PlanRequest = {
  drain: [],
  fill: [],
  replace: [],
  replicationFactor: null,
  balance: false,
  leaders: false,
  topics: null,
  brokers: null,
  excludedBrokers: [],
  rackAware: 'prefer',
  tolerance: 0.1,
  by: 'bytes',
  diskHeadroom: 0.05,
};

/** Whether a balance is asked for; draining, replacing and changing a replication factor ask for none. */
export function isWindowed({ balance, fill }: PlanRequest): boolean {
  return balance || fill.length > 0;
}

/** A partition whose replicas, or their order, change. */
export interface PlannedMove {
  topic: string;
  partition: number;
  /** The replicas that the plan was computed from: others mean that it is stale. */
  from: number[];
  to: number[];
  /** Bytes of one replica. */
  sizeBytes: number | null;
}

export interface BrokerLoad {
  replicas: number;
  leaders: number;
  bytes: number | null;
}

export interface PlannedBroker {
  id: number;
  rack: string | null;
  alive: boolean;
  before: BrokerLoad;
  after: BrokerLoad;
  bytesIn: number | null;
  bytesOut: number | null;
  totalBytes: number | null;
  freeBytesBefore: number | null;
  freeBytesAfter: number | null;
}

export interface PlannedRack {
  rack: string | null;
  bytesIn: number | null;
  bytesOut: number | null;
  /** Of the bytes in, those that come from other racks wherever the partition has no replica in this one. */
  bytesAcross: number | null;
}

/** How evenly something is spread over the brokers that take part; deviations as parts of the fair share. */
export interface PlannedBalance {
  of: 'bytes' | 'replicas' | 'leaders';
  /** The farthest below and above the fair share, 0.1 for 10 %. */
  before: { below: number; above: number };
  after: { below: number; above: number };
  /** What was asked for; null where no balance was. */
  tolerance: number | null;
  /** What the plan holds to: wider than the tolerance where that cannot be reached. */
  window: { below: number; above: number } | null;
}

export interface ReassignmentPlan extends ResultDocument {
  kind: 'ReassignmentPlan';
  version: 1;
  clusterId: string | null;
  /** What was asked for, in words. */
  intent: string;
  by: 'bytes' | 'count';
  rackAware: RackAwareness;
  /** Bytes to copy; null where sizes are not known. */
  bytesToMove: number | null;
  /** No plan that meets the same goal copies fewer bytes. */
  bytesLowerBound: number | null;
  replicasToMove: number;
  /** No plan that meets the same goal copies fewer replicas; known where replicas are what is counted. */
  replicasLowerBound: number | null;
  leadersToChange: number;
  /** Partitions in fewer racks than could be. */
  rackViolations: { before: number; after: number };
  balance: PlannedBalance[];
  brokers: PlannedBroker[];
  racks: PlannedRack[];
  moves: PlannedMove[];
  /** What stays unbalanced, and why. */
  remains: string[];
  warnings: string[];
}
