import { askLogDirs } from '../brokers/log-dirs.js';
import { partitionName } from '../client/fetch-leaders.js';
import type { Cluster } from '../cluster/index.js';
import { askTopicMetadata, type TopicMetadata } from '../topics/metadata.js';
import type { PlannedMove } from './plan/types.js';
import { destinationsOf, type Observation, replicaKey, type SeenPartition } from './run/types.js';
import { askReassignments, type RunningReassignment, targetOf } from './running.js';

/** Metadata of so many topics are asked for by name; beyond it all come at once. */
const mostTopicsByName = 500;

/**
 * Looks at what a run depends on: the reassignments under way, the partitions of its moves, and the bytes of those
 * that are being copied.
 * @param copying the moves whose replicas are measured
 */
export async function observe(
  cluster: Cluster,
  moves: readonly PlannedMove[],
  copying: readonly PlannedMove[],
): Promise<Observation> {
  cluster.wire.refreshNodes();
  const topics = [...new Set(moves.map(({ topic }) => topic))];
  // The list first: what it lacks has ended before the metadata are read.
  const listed = await askReassignments(cluster);
  const [{ brokers }, metadata] = await Promise.all([
    cluster.wire.nodes(),
    topics.length === 0 ? [] : askTopicMetadata(cluster, topics.length > mostTopicsByName ? null : topics),
  ]);
  const alive = new Set(brokers.map(({ id }) => id));
  const partitions = seenPartitions(metadata, listed);
  const measured = await measure(cluster, copying, partitions, alive);
  return { atMs: performance.now(), alive, partitions, ...measured };
}

export function seenPartitions(
  metadata: readonly TopicMetadata[],
  listed: readonly RunningReassignment[],
): Map<string, SeenPartition> {
  const targets = new Map(listed.map((one) => [partitionName(one), targetOf(one)]));
  return new Map(
    metadata.flatMap(({ name: topic, partitions }) =>
      partitions.map(({ partitionIndex, leaderId, replicaNodes, isrNodes }): [string, SeenPartition] => {
        const name = partitionName({ topic, partition: partitionIndex });
        const target = targets.get(name) ?? null;
        return [name, { leader: leaderId, replicas: replicaNodes, isr: isrNodes, target }];
      }),
    ),
  );
}

type Measured = Pick<Observation, 'replicaBytes' | 'freeBytes' | 'untold'>;

/** The bytes that sources and destinations of moves hold, and the room where they go. A broker that does not answer costs its own figures only. */
export async function measure(
  cluster: Cluster,
  copying: readonly PlannedMove[],
  partitions: ReadonlyMap<string, SeenPartition>,
  alive: ReadonlySet<number>,
): Promise<Measured> {
  const brokers = new Set<number>();
  const topics = new Map<string, number[]>();
  for (const move of copying) {
    const into = destinationsOf(move);
    if (into.length === 0) continue;
    const { leader = -1 } = partitions.get(partitionName(move)) ?? {};
    for (const id of [...into, leader]) if (alive.has(id)) brokers.add(id);
    const own = topics.get(move.topic) ?? [];
    own.push(move.partition);
    topics.set(move.topic, own);
  }
  const replicaBytes = new Map<string, number>();
  const freeBytes = new Map<number, number[]>();
  if (brokers.size === 0) return { replicaBytes, freeBytes, untold: [] };
  const { dirs, errors } = await askLogDirs(cluster, { brokers: [...brokers], topics });
  for (const { broker, replicas, usableBytes } of dirs) {
    if (usableBytes !== null) freeBytes.set(broker, [...(freeBytes.get(broker) ?? []), Number(usableBytes)]);
    for (const replica of replicas) {
      if (!replica.future)
        replicaBytes.set(replicaKey(partitionName(replica), broker), Number(replica.sizeBytes));
    }
  }
  return { replicaBytes, freeBytes, untold: errors };
}
