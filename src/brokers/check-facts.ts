import { pause } from '../base/deadline.js';
import { KctlError } from '../base/errors.js';
import { type ItemError, itemError } from '../base/result.js';
import { partitionName } from '../client/fetch-leaders.js';
import type { Cluster } from '../cluster/index.js';
import { askConfigs, type ConfigEntry } from '../configs/ask.js';
import { listPartitionReassignments } from '../protocol/messages/list-partition-reassignments.js';
import { metadata } from '../protocol/messages/metadata.js';
import { askTopicMetadata, type TopicMetadata } from '../topics/metadata.js';
import { askRelease } from './list.js';
import { askLogDirs } from './log-dirs.js';
import { askController } from './quorum.js';

/** A replica on its way to a broker, and what it had grown by when it was looked at again. */
export interface MovingReplica {
  partition: string;
  broker: number;
  grownBytes: bigint | null;
}

/** What `cluster check` judges. */
export interface ClusterFacts {
  aliveBrokers: number[];
  topics: TopicMetadata[];
  /** By topic; absent where the configuration could not be read. */
  minInsyncReplicas: Map<string, number>;
  /** With ZooKeeper, whom each broker takes for the controller. */
  controllers: Array<{ broker: number; controllerId: number | null }>;
  releases: Map<number, string | null>;
  /** Throttles of replication that are set, as `key of topic x`. */
  throttles: string[];
  moving: MovingReplica[];
  /** What could not be found out. */
  errors: ItemError[];
}

const throttleKey = /replication\.throttled\.(rate|replicas)$|^replica\.alter\.log\.dirs\.io\.max/;
/** How long a replica that moves is given to grow. */
const growthMs = 2_000;

export async function gatherFacts(cluster: Cluster): Promise<ClusterFacts> {
  const errors: ItemError[] = [];
  const [{ brokers }, topics] = await Promise.all([cluster.wire.nodes(), askTopicMetadata(cluster, null)]);
  const aliveBrokers = brokers.map(({ id }) => id);
  const releases = Promise.all(
    aliveBrokers.map(async (id) => [id, await askRelease(cluster, id, errors)] as const),
  );
  const controllers = askControllers(cluster, aliveBrokers, errors);
  // Reassignments are the controller's to tell.
  const moving = controllers.then((all) =>
    all.every(({ controllerId }) => controllerId === null) ? [] : watchMoves(cluster, errors),
  );
  const configs = await askThrottlesAndMinIsr(cluster, aliveBrokers, topics, errors);
  return {
    ...{ aliveBrokers, topics, ...configs, errors },
    ...{ controllers: await controllers, releases: new Map(await releases), moving: await moving },
  };
}

async function askControllers(
  cluster: Cluster,
  brokers: number[],
  errors: ItemError[],
): Promise<ClusterFacts['controllers']> {
  const controller = await askController(cluster);
  if (controller.mode === 'kraft') return [{ broker: -1, controllerId: controller.id }];
  const asked = brokers.map(async (broker) => {
    const body = { topics: [], allowAutoTopicCreation: false };
    const { controllerId } = await cluster.wire.request(metadata, body, { broker });
    return { broker, controllerId: controllerId < 0 ? null : controllerId };
  });
  return settled(asked, brokers, errors);
}

async function settled<T>(asked: Array<Promise<T>>, brokers: number[], errors: ItemError[]): Promise<T[]> {
  const answers = await Promise.allSettled(asked);
  return answers.flatMap((answer, index) => {
    if (answer.status === 'fulfilled') return [answer.value];
    errors.push(itemError(`broker ${brokers[index]}`, answer.reason));
    return [];
  });
}

async function askThrottlesAndMinIsr(
  cluster: Cluster,
  brokers: number[],
  topics: TopicMetadata[],
  errors: ItemError[],
): Promise<Pick<ClusterFacts, 'throttles' | 'minInsyncReplicas'>> {
  const ofTopics = topics.map(({ name }) => ({ type: 'topic' as const, name }));
  const ofBrokers = ['', ...brokers.map(String)].map((name) => ({ type: 'broker' as const, name }));
  const keys = [
    'min.insync.replicas',
    'leader.replication.throttled.replicas',
    'follower.replication.throttled.replicas',
  ];
  const [topicConfigs, brokerConfigs] = await Promise.all([
    askConfigs(cluster, ofTopics, { keys }),
    askConfigs(cluster, ofBrokers),
  ]);
  errors.push(
    ...topicConfigs.errors.map(({ error }) => error),
    ...brokerConfigs.errors.map(({ error }) => error),
  );
  const isThrottle = ({ name, source, value }: ConfigEntry) =>
    throttleKey.test(name) && source !== 'default' && value !== null && value !== '';
  const throttles: string[] = [];
  const minInsyncReplicas = new Map<string, number>();
  for (const resource of ofTopics) {
    const entries = topicConfigs.of(resource) ?? [];
    for (const { name } of entries.filter(isThrottle)) throttles.push(`${name} of topic ${resource.name}`);
    const minIsr = entries.find(({ name }) => name === 'min.insync.replicas')?.value;
    if (minIsr != null) minInsyncReplicas.set(resource.name, Number(minIsr));
  }
  for (const resource of ofBrokers) {
    const where = resource.name === '' ? 'all brokers' : `broker ${resource.name}`;
    const own = (brokerConfigs.of(resource) ?? []).filter(
      (entry) => isThrottle(entry) && (resource.name === '' || entry.source === 'broker'),
    );
    throttles.push(...own.map(({ name }) => `${name} of ${where}`));
  }
  return { throttles, minInsyncReplicas };
}

/** The replicas that a reassignment adds, and whether they grow. */
async function watchMoves(cluster: Cluster, errors: ItemError[]): Promise<MovingReplica[]> {
  const body = { topics: null, timeoutMs: cluster.wire.brokerTimeoutMs() };
  const answer = await cluster.wire.request(listPartitionReassignments, body, 'controller').catch((error) => {
    if (!(error instanceof KctlError)) throw error;
    errors.push(itemError('reassignments', error));
    return { topics: [] };
  });
  const moves = answer.topics.flatMap(({ name, partitions }) =>
    partitions.flatMap(({ partitionIndex, addingReplicas }) =>
      addingReplicas.map((broker) => ({ topic: name, partition: partitionIndex, broker })),
    ),
  );
  if (moves.length === 0) return [];
  const topics = new Map(moves.map(({ topic }) => [topic, [] as number[]]));
  for (const { topic, partition } of moves) topics.get(topic)?.push(partition);
  const look = async () => {
    const { dirs } = await askLogDirs(cluster, {
      brokers: [...new Set(moves.map(({ broker }) => broker))],
      topics,
    });
    return new Map(
      dirs.flatMap(({ broker, replicas }) =>
        replicas.map(
          (replica) => [`${broker} ${partitionName(replica)}`, replica.sizeBytes] as [string, bigint],
        ),
      ),
    );
  };
  const before = await look();
  await pause(growthMs);
  const after = await look();
  return moves.map((move) => {
    const key = `${move.broker} ${partitionName(move)}`;
    const [from, to] = [before.get(key), after.get(key)];
    const grownBytes = from === undefined || to === undefined ? null : to - from;
    return { partition: partitionName(move), broker: move.broker, grownBytes };
  });
}
