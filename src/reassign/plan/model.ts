import { KctlError } from '../../base/errors.js';
import type { ClusterSnapshot, SnapshotBroker, SnapshotPartition } from './types.js';

/** A snapshot in arrays: brokers, racks and topics by their place, partitions one after another. */
export interface ClusterModel {
  clusterId: string | null;
  /** In the order of their ids; a broker that only replica lists name is there too, not alive. */
  brokers: SnapshotBroker[];
  indexOf: Map<number, number>;
  rackNames: Array<string | null>;
  rackOf: Int32Array;
  alive: Uint8Array;
  topics: string[];
  partitionCount: number;
  topicOf: Int32Array;
  partitionOf: Int32Array;
  /** Replicas of partition p stand from `start[p]` to `start[p + 1]`, as places of brokers, in order of preference. */
  start: Int32Array;
  replicas: Int32Array;
  leader: Int32Array;
  /** Bytes of one replica; 0 where it is not known. */
  sizes: Float64Array;
  sizeKnown: Uint8Array;
  /** Whether every size is known. */
  sized: boolean;
}

/** @throws KctlError INVALID_SNAPSHOT when brokers, partitions or replicas appear twice */
export function buildModel({ clusterId, brokers: given, topics }: ClusterSnapshot): ClusterModel {
  const brokers = withUnknown(given, topics);
  const indexOf = new Map(brokers.map(({ id }, index) => [id, index]));
  if (indexOf.size < brokers.length) throw invalid('a broker id appears twice');
  const rackNames = [...new Set(brokers.map(({ rack }) => rack))].sort(compareRacks);
  const rackIndex = new Map(rackNames.map((rack, index) => [rack, index]));
  const sorted = topics.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  let partitionCount = 0;
  let replicaCount = 0;
  for (const [at, { name, partitions }] of sorted.entries()) {
    if (name === sorted[at + 1]?.name) throw invalid(`topic ${name} appears twice`);
    partitionCount += partitions.length;
    for (const { replicas } of partitions) replicaCount += replicas.length;
  }
  const model: ClusterModel = {
    clusterId,
    brokers,
    indexOf,
    rackNames,
    rackOf: Int32Array.from(brokers, ({ rack }) => rackIndex.get(rack) ?? 0),
    alive: Uint8Array.from(brokers, ({ alive }) => (alive ? 1 : 0)),
    topics: sorted.map(({ name }) => name),
    partitionCount,
    topicOf: new Int32Array(partitionCount),
    partitionOf: new Int32Array(partitionCount),
    start: new Int32Array(partitionCount + 1),
    replicas: new Int32Array(replicaCount),
    leader: new Int32Array(partitionCount),
    sizes: new Float64Array(partitionCount),
    sizeKnown: new Uint8Array(partitionCount).fill(1),
    sized: true,
  };
  let p = 0;
  let end = 0;
  for (const [topic, { name, partitions }] of sorted.entries()) {
    let before = -1;
    for (const { partition, replicas, leader, sizeBytes } of inOrder(partitions)) {
      if (partition === before) throw invalid(`${name}-${partition} appears twice`);
      if (replicas.length === 0) throw invalid(`${name}-${partition} has no replicas`);
      if (replicas.some((id, at) => replicas.indexOf(id) < at))
        throw invalid(`${name}-${partition} names a broker twice`);
      before = partition;
      model.topicOf[p] = topic;
      model.partitionOf[p] = partition;
      for (const id of replicas) model.replicas[end++] = indexOf.get(id) ?? 0;
      model.leader[p] = indexOf.get(leader) ?? -1;
      model.sizes[p] = sizeBytes ?? 0;
      if (sizeBytes === null) {
        model.sized = false;
        model.sizeKnown[p] = 0;
      }
      model.start[++p] = end;
    }
  }
  return model;
}

/** Partitions by their numbers; mostly they are so already. */
function inOrder(partitions: SnapshotPartition[]): SnapshotPartition[] {
  const sorted = partitions.every(
    (one, at) => at === 0 || (partitions[at - 1]?.partition ?? 0) < one.partition,
  );
  return sorted ? partitions : partitions.toSorted((a, b) => a.partition - b.partition);
}

/** Brokers that hold replicas and are not in the cluster's list are away. */
function withUnknown(given: SnapshotBroker[], topics: ClusterSnapshot['topics']): SnapshotBroker[] {
  const known = new Set(given.map(({ id }) => id));
  const unknown = new Set<number>();
  for (const { partitions } of topics) {
    for (const { replicas } of partitions) for (const id of replicas) if (!known.has(id)) unknown.add(id);
  }
  const away = [...unknown].map((id) => ({ id, rack: null, alive: false, logDirs: [] }));
  return [...given, ...away].sort((a, b) => a.id - b.id);
}

function compareRacks(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function invalid(what: string): KctlError {
  return new KctlError(`this is not the picture of a cluster: ${what}`, { code: 'INVALID_SNAPSHOT' });
}

export function partitionName(model: ClusterModel, p: number): string {
  return `${model.topics[model.topicOf[p] ?? 0]}-${model.partitionOf[p]}`;
}

/** The replicas of a partition now, as places of brokers. */
export function replicasOf(model: ClusterModel, p: number): Int32Array {
  return model.replicas.subarray(model.start[p], model.start[p + 1]);
}
