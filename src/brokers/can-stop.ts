import { pause } from '../base/deadline.js';
import { ExitCode, KctlError } from '../base/errors.js';
import { type ListDocument, listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { askTopicConfigs } from '../topics/configs.js';
import { askTopicMetadata, type TopicMetadata } from '../topics/metadata.js';
import { askQuorum } from './quorum.js';

/** What stands against stopping a broker. */
export interface Obstacle {
  /** A partition, or the quorum. */
  subject: string;
  message: string;
  /** Members in sync when the broker is away, and how many it takes. */
  remaining: number;
  needed: number;
}

export interface StopCheck extends ListDocument<Obstacle> {
  broker: number;
  margin: number;
  canStop: boolean;
  /** Of partitions with a replica on the broker. */
  checkedPartitions: number;
}

export interface CanStopOptions {
  broker: number;
  /** Replicas in sync that are to be left beyond what min.insync.replicas asks for. */
  margin: number;
  /** Looks again and again, until it can be stopped or the time is over. */
  wait: boolean;
}

const lookAgainMs = 500;

/** Whether every partition keeps enough replicas in sync, and KRaft its majority, without a broker. */
export async function canStop(cluster: Cluster, options: CanStopOptions): Promise<StopCheck> {
  for (;;) {
    const check = await look(cluster, options);
    if (check.canStop || !options.wait || cluster.wire.deadline.remainingMs() < 2 * lookAgainMs) return check;
    await pause(lookAgainMs);
    cluster.wire.refreshNodes();
  }
}

async function look(cluster: Cluster, { broker, margin }: CanStopOptions): Promise<StopCheck> {
  const [{ brokers }, all] = await Promise.all([cluster.wire.nodes(), askTopicMetadata(cluster, null)]);
  const topics = all.filter(({ partitions }) => partitions.some((p) => p.replicaNodes.includes(broker)));
  if (topics.length === 0 && !brokers.some(({ id }) => id === broker)) {
    throw new KctlError(`there is no broker ${broker}`, {
      code: 'BROKER_NOT_AVAILABLE',
      exitCode: ExitCode.notFound,
      hint: 'See: kctl brokers list',
    });
  }
  const warnings: string[] = [];
  const configs = await askTopicConfigs(
    cluster,
    topics.map(({ name }) => name),
    warnings,
  );
  const minIsrOf = (topic: string) => configs.get(topic)?.minInsyncReplicas ?? 1;
  const found = [
    ...findObstacles(topics, broker, margin, minIsrOf),
    ...(await askQuorumObstacle(cluster, broker)),
  ];
  const errors =
    found.length === 0
      ? []
      : [
          {
            subject: `broker ${broker}`,
            code: 'CHECK_FAILED',
            message: `it cannot be stopped: ${found.length} ${found.length === 1 ? 'thing stands' : 'things stand'} against it`,
            exitCode: ExitCode.checkFailed,
            hint: 'Wait until its partitions are in sync again with --wait, or give them more replicas.',
          },
        ];
  const checkedPartitions = topics
    .flatMap(({ partitions }) => partitions)
    .filter(({ replicaNodes }) => replicaNodes.includes(broker)).length;
  const list = listDocument('StopCheck', 1, found, errors, warnings);
  return { ...list, broker, margin, canStop: found.length === 0, checkedPartitions };
}

/** The partitions that would be left with too few replicas in sync. */
export function findObstacles(
  topics: readonly Pick<TopicMetadata, 'name' | 'partitions'>[],
  broker: number,
  margin: number,
  minIsrOf: (topic: string) => number,
): Obstacle[] {
  return topics.flatMap(({ name, partitions }) =>
    partitions.flatMap(({ partitionIndex, replicaNodes, isrNodes }): Obstacle[] => {
      if (!replicaNodes.includes(broker)) return [];
      const remaining = isrNodes.filter((id) => id !== broker).length;
      const needed = Math.max(1, minIsrOf(name)) + margin;
      if (remaining >= needed) return [];
      const message =
        remaining === 0
          ? 'it would have no leader'
          : `${remaining} replicas would be in sync, and ${needed} are needed`;
      return [{ subject: `${name}-${partitionIndex}`, message, remaining, needed }];
    }),
  );
}

/** A voter that has not caught up for this long does not count. */
const staleVoterMs = 5_000n;

async function askQuorumObstacle(cluster: Cluster, broker: number): Promise<Obstacle[]> {
  const partition = (await askQuorum(cluster))?.topics[0]?.partitions[0];
  const voters = partition?.currentVoters ?? [];
  if (!partition || !voters.some(({ replicaId }) => replicaId === broker)) return [];
  const newest = voters.reduce(
    (max, v) => (v.lastCaughtUpTimestamp > max ? v.lastCaughtUpTimestamp : max),
    -1n,
  );
  const live = voters.filter(
    ({ replicaId, lastCaughtUpTimestamp }) =>
      replicaId === partition.leaderId || newest < 0n || newest - lastCaughtUpTimestamp < staleVoterMs,
  );
  const remaining = live.filter(({ replicaId }) => replicaId !== broker).length;
  const needed = Math.floor(voters.length / 2) + 1;
  if (remaining >= needed) return [];
  const message = `${remaining} of ${voters.length} voters would be left, and ${needed} are a majority`;
  return [{ subject: 'quorum', message, remaining, needed }];
}
