import { ExitCode, KctlError } from '../base/errors.js';
import type { ItemError, ResultDocument } from '../base/result.js';
import { askLogDirs, type LogDir } from '../brokers/log-dirs.js';
import { partitionName } from '../client/fetch-leaders.js';
import type { BrokerNode, Cluster } from '../cluster/index.js';
import { findTopics } from '../topics/find.js';
import { askTopicMetadata, type TopicMetadata } from '../topics/metadata.js';
import type { ClusterSnapshot, PlannedMove, SnapshotBroker, SnapshotPartition } from './plan/types.js';
import { askReassignments, type RunningReassignment } from './running.js';

/** A snapshot that was read from a cluster; what is missing in it, its errors name. */
export interface LiveSnapshot extends ClusterSnapshot, ResultDocument {
  kind: 'ClusterSnapshot';
  version: 1;
  /** They are in the snapshot as they will be when they have ended. */
  reassigning: RunningReassignment[];
  warnings: string[];
  errors: ItemError[];
}

/**
 * Reads all that planning needs of a cluster: who is alive and in which rack, where replicas are, and what the log
 * directories of the brokers hold. A broker that does not tell costs the sizes that nobody else knows, and is named.
 */
export async function readLiveSnapshot(cluster: Cluster): Promise<LiveSnapshot> {
  const [{ clusterId, brokers }, topics, { dirs, errors }, reassigning] = await Promise.all([
    cluster.wire.nodes(),
    askTopicMetadata(cluster, null),
    askLogDirs(cluster),
    askReassignments(cluster),
  ]);
  return snapshotOf({ clusterId, brokers, topics, dirs, errors, reassigning });
}

/** Where the replicas of topics are, for Kafka's own tool: nothing moves. Without patterns: of all topics. */
export async function currentAssignment(cluster: Cluster, patterns: string[]): Promise<PlannedMove[]> {
  const { found, errors } = await findTopics(cluster, patterns.length === 0 ? ['*'] : patterns);
  const [first] = errors;
  if (first) throw new KctlError(first.message, { exitCode: ExitCode.failed, ...first });
  return found.flatMap(({ name: topic, partitions }) =>
    partitions.map(({ partitionIndex: partition, replicaNodes }) => {
      return { topic, partition, from: replicaNodes, to: replicaNodes, sizeBytes: null };
    }),
  );
}

/** What the brokers said. */
export interface ClusterAnswers {
  clusterId: string | null;
  brokers: readonly Pick<BrokerNode, 'id' | 'rack'>[];
  topics: readonly TopicMetadata[];
  dirs: readonly LogDir[];
  errors: readonly ItemError[];
  reassigning: RunningReassignment[];
}

/** The snapshot that follows from what brokers said of themselves. */
export function snapshotOf(answers: ClusterAnswers): LiveSnapshot {
  const { clusterId, topics, dirs, reassigning } = answers;
  const sizes = sizesOf(answers);
  const leavingOf = new Map(reassigning.map((move) => [partitionName(move), new Set(move.removing)]));
  const warnings: string[] = [];
  if (reassigning.length > 0) {
    const names = reassigning.slice(0, 3).map(partitionName).join(', ');
    warnings.push(
      `${reassigning.length === 1 ? 'a reassignment is' : `${reassigning.length} reassignments are`} running (${names}${reassigning.length > 3 ? ', …' : ''}): they are counted as if they had ended`,
    );
  }
  const listed = topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex: partition, replicaNodes, leaderId }): SnapshotPartition => {
      const key = partitionName({ topic: name, partition });
      const leaving = leavingOf.get(key);
      return {
        partition,
        replicas: leaving ? replicaNodes.filter((id) => !leaving.has(id)) : replicaNodes,
        leader: leaderId,
        sizeBytes: sizes.ofPartition.get(key) ?? null,
      };
    }),
  }));
  const unsized = listed.flatMap(({ partitions }) => partitions).filter((p) => p.sizeBytes === null).length;
  if (unsized > 0)
    warnings.push(`the size of ${unsized} ${unsized === 1 ? 'partition is' : 'partitions is'} not known`);
  return {
    kind: 'ClusterSnapshot',
    version: 1,
    clusterId,
    brokers: answers.brokers
      .map(({ id, rack }) => brokerOf(id, rack, dirs, sizes.expected))
      .sort((a, b) => a.id - b.id),
    topics: listed,
    reassigning,
    warnings,
    errors: [...answers.errors],
  };
}

/** Before Kafka 3.3 nothing is known of volumes. A cordoned directory takes no new replicas, so it has no room. */
function brokerOf(
  id: number,
  rack: string | null,
  dirs: readonly LogDir[],
  expected: ReadonlyMap<number, number>,
): SnapshotBroker {
  const own = dirs.filter(({ broker }) => broker === id);
  let promised = expected.get(id) ?? 0;
  const logDirs = own.map(({ path, totalBytes, usableBytes, cordoned }) => {
    if (totalBytes === null || usableBytes === null) return { path, totalBytes: null, freeBytes: null };
    const free = Number(usableBytes);
    const taken = Math.min(free, promised);
    promised -= taken;
    return { path, totalBytes: Number(totalBytes), freeBytes: cordoned ? 0 : free - taken };
  });
  const cordoned = own.length > 0 && own.every((dir) => dir.cordoned);
  return { id, rack, alive: true, logDirs, ...(cordoned ? { cordoned } : {}) };
}

interface Sizes {
  /** The leader's replica, which is what is copied; where its broker did not tell, the largest of the others. */
  ofPartition: Map<string, number>;
  /** Bytes that copies under way have still to bring, by broker. */
  expected: Map<number, number>;
}

function sizesOf({ topics, dirs, reassigning }: ClusterAnswers): Sizes {
  const leaderOf = new Map<string, number>();
  for (const { name: topic, partitions } of topics) {
    for (const { partitionIndex: partition, leaderId } of partitions)
      leaderOf.set(partitionName({ topic, partition }), leaderId);
  }
  const ofPartition = new Map<string, number>();
  const fromLeader = new Set<string>();
  /** Bytes of replicas that are being copied, by broker and partition. */
  const copies = new Map<string, { key: string; broker: number; sizeBytes: number }>();
  for (const move of reassigning) {
    const key = partitionName(move);
    for (const broker of move.adding) copies.set(`${broker} ${key}`, { key, broker, sizeBytes: 0 });
  }
  for (const { broker, replicas } of dirs) {
    for (const replica of replicas) {
      const key = partitionName(replica);
      const sizeBytes = Number(replica.sizeBytes);
      const copy = `${broker} ${key}`;
      if (replica.future || copies.has(copy)) copies.set(copy, { key, broker, sizeBytes });
      if (replica.future) continue;
      const leads = leaderOf.get(key) === broker;
      if (leads) fromLeader.add(key);
      if (leads || (!fromLeader.has(key) && sizeBytes >= (ofPartition.get(key) ?? 0)))
        ofPartition.set(key, sizeBytes);
    }
  }
  const expected = new Map<number, number>();
  for (const { key, broker, sizeBytes } of copies.values()) {
    const missing = Math.max(0, (ofPartition.get(key) ?? 0) - sizeBytes);
    expected.set(broker, (expected.get(broker) ?? 0) + missing);
  }
  return { ofPartition, expected };
}
