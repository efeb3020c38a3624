import { ExitCode, KctlError, usageError } from '../base/errors.js';
import { compareNames } from '../base/names.js';
import type { ItemError } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { createTopics as createTopicsApi } from '../protocol/messages/create-topics.js';
import type { ResponseOf } from '../protocol/schema.js';
import { askTopicMetadata, awaitEveryBroker, isServed } from './metadata.js';
import type { TopicChange, TopicChangeList } from './types.js';

export interface CreateTopicsOptions {
  names: string[];
  /** The broker's own default when absent. */
  partitions?: number | undefined;
  replicationFactor?: number | undefined;
  /** The replicas of each partition, the preferred leader first; excludes the two above. */
  assignment?: number[][] | undefined;
  configs: Array<[key: string, value: string]>;
  ifNotExists: boolean;
  dryRun: boolean;
}

/** What a KRaft controller takes in one request; a ZooKeeper controller takes any number, and drowns in it. */
const maxPartitionsAtOnce = 10_000;

/**
 * Creates topics and waits until every live broker knows them.
 * @throws usage errors for what no broker would take
 */
export async function createTopics(cluster: Cluster, options: CreateTopicsOptions): Promise<TopicChangeList> {
  const { names, dryRun, ifNotExists } = options;
  checkPartitionCount(options);
  const topics = names.map((name) => ({
    name,
    numPartitions: options.assignment ? -1 : (options.partitions ?? -1),
    replicationFactor: options.assignment ? -1 : (options.replicationFactor ?? -1),
    assignments: (options.assignment ?? []).map((brokerIds, partitionIndex) => ({
      partitionIndex,
      brokerIds,
    })),
    configs: options.configs.map(([name, value]) => ({ name, value })),
  }));
  if (options.assignment) await checkBrokers(cluster, options.assignment.flat());
  const timeoutMs = cluster.wire.brokerTimeoutMs();
  const items: TopicChange[] = [];
  const errors: ItemError[] = [];
  const warnings: string[] = [];
  const answer = await cluster.wire
    .request(createTopicsApi, { topics, timeoutMs, validateOnly: dryRun }, 'controller')
    .catch(async (error) => {
      if (dryRun) throw error;
      items.push(...(await readBack(cluster, names, error)));
      warnings.push('the answer to CreateTopics was lost; the topics were found by looking');
      return { topics: [] };
    });
  for (const topic of answer.topics.sort((a, b) => compareNames(a.name, b.name))) {
    const { name: code, message } = errorOf(topic.errorCode);
    if (topic.errorCode === 0) items.push(changeOf(topic, dryRun));
    else if (code === 'TOPIC_ALREADY_EXISTS' && ifNotExists)
      items.push({ name: topic.name, result: 'exists' });
    else errors.push(createError(topic.name, code, topic.errorMessage ?? message));
  }
  const created = items.filter((item) => item.result === 'created').map((item) => item.name);
  if (created.length > 0) warnings.push(...(await warnOfLaggards(cluster, created)));
  return {
    kind: 'TopicChangeList',
    version: 1,
    dryRun,
    ...(dryRun ? { validatedBy: 'broker' as const } : {}),
    items,
    warnings,
    errors,
  };
}

function checkPartitionCount({
  names,
  partitions = 1,
  replicationFactor,
  assignment,
}: CreateTopicsOptions): void {
  if (partitions < 1) throw usageError(`a topic cannot have ${partitions} partitions`, 'The least is 1.');
  if (replicationFactor !== undefined && replicationFactor < 1) {
    throw usageError(`a replication factor cannot be ${replicationFactor}`, 'The least is 1.');
  }
  const total = names.length * (assignment?.length ?? partitions);
  if (total > maxPartitionsAtOnce) {
    throw usageError(
      `${total} partitions at once are more than a controller should be given`,
      `The most is ${maxPartitionsAtOnce} a command, which is what KRaft's controllers take.`,
    );
  }
}

/** With ZooKeeper the controller takes any broker id, and the topic stays without a leader. */
async function checkBrokers(cluster: Cluster, ids: number[]): Promise<void> {
  const { brokers } = await cluster.wire.nodes();
  const alive = brokers.map(({ id }) => id);
  const missing = [...new Set(ids)].filter((id) => !alive.includes(id));
  if (missing.length === 0) return;
  throw new KctlError(`there is no live broker ${missing.join(', ')} to put replicas on`, {
    code: 'INVALID_REPLICA_ASSIGNMENT',
    hint: `Alive: ${alive.join(', ')}.`,
  });
}

function changeOf(topic: ResponseOf<typeof createTopicsApi>['topics'][number], dryRun: boolean): TopicChange {
  return {
    name: topic.name,
    result: dryRun ? 'valid' : 'created',
    ...(dryRun ? {} : { topicId: topic.topicId }),
    ...(topic.numPartitions < 0
      ? {}
      : { partitions: topic.numPartitions, replicationFactor: topic.replicationFactor }),
  };
}

function createError(name: string, code: string, message: string): ItemError {
  const hint = hints[code];
  return { subject: `topic ${name}`, code, message, ...(hint ? { hint } : {}) };
}

const hints: Record<string, string> = {
  TOPIC_ALREADY_EXISTS: 'Add --if-not-exists where that is fine.',
  INVALID_TOPIC_EXCEPTION: 'Names are at most 249 of the characters a-z A-Z 0-9 . _ -',
  REQUEST_TIMED_OUT: 'It may come about all the same: look with kctl topics describe before you repeat it.',
  INVALID_REPLICATION_FACTOR: 'See the brokers that are alive with: kctl cluster describe',
  INVALID_CONFIG: 'Configuration keys are spelled as in the documentation of Kafka, with dots.',
};

/** After a lost answer: the topics that are there now, whether by this command or from before. */
async function readBack(cluster: Cluster, names: string[], error: unknown): Promise<TopicChange[]> {
  if (!(error instanceof KctlError) || error.code !== 'ANSWER_LOST') throw error;
  const found = await askTopicMetadata(cluster, names);
  const missing = found.filter((topic) => topic.errorCode !== 0).map((topic) => topic.name);
  if (missing.length > 0) {
    throw new KctlError(`${error.message}; not there now: ${missing.join(', ')}`, {
      code: error.code,
      exitCode: ExitCode.failed,
      hint: 'Run the same command again with --if-not-exists.',
      ...(error.words ? { words: error.words } : {}),
      cause: error,
    });
  }
  return found.map((topic) => ({
    name: topic.name,
    result: 'exists',
    topicId: topic.topicId,
    partitions: topic.partitions.length,
  }));
}

async function warnOfLaggards(cluster: Cluster, names: string[]): Promise<string[]> {
  cluster.wire.refreshNodes();
  const { brokers } = await cluster.wire.nodes();
  const alive = new Set(brokers.map(({ id }) => id));
  const laggards = await awaitEveryBroker(cluster, names, (topics) =>
    topics.every((topic) => isServed(topic, alive)),
  );
  return laggards.map((id) => `broker ${id} does not know of every topic yet`);
}
