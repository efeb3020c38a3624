import { ExitCode, KctlError } from '../base/errors.js';
import { compareNames } from '../base/names.js';
import type { ItemError } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { createTopics as createTopicsApi } from '../protocol/messages/create-topics.js';
import { type CreatedTopic, type Creation, createWhenFree } from './create-when-free.js';
import { warnOfLimits } from './local-limits.js';
import { askTopicMetadata, awaitEveryBroker, isServed } from './metadata.js';
import { checkNewTopic, inPortions, type NewTopic } from './new-topic.js';
import { findDifferences } from './strict.js';
import type { TopicChange, TopicChangeList } from './types.js';

export interface CreateTopicsOptions {
  topics: NewTopic[];
  ifNotExists: boolean;
  /** One that exists must be as it is asked for; implies `ifNotExists`. */
  strict: boolean;
  dryRun: boolean;
  /** Told beforehand what a local cluster's brokers would end by. */
  note?: (text: string) => void;
}

/**
 * Creates topics and waits until every live broker knows them.
 * @throws usage errors for what no broker would take
 */
export async function createTopics(cluster: Cluster, options: CreateTopicsOptions): Promise<TopicChangeList> {
  const { topics, dryRun, strict, note } = options;
  for (const topic of topics) checkNewTopic(topic);
  if (note) await warnOfLimits(cluster, topics, note);
  const brokers = topics.flatMap(({ assignment }) => assignment?.flat() ?? []);
  if (brokers.length > 0) await checkBrokers(cluster, brokers);
  const items: TopicChange[] = [];
  const errors: ItemError[] = [];
  const warnings: string[] = [];
  const creations: Creation[] = [];
  for (const portion of inPortions(topics)) {
    await createWhenFree(cluster, portion, (left) => send(cluster, left, dryRun)).then(
      (creation) => creations.push(creation),
      async (error) => {
        if (dryRun) throw error;
        const names = portion.map(({ name }) => name);
        items.push(...(await readBack(cluster, names, error)));
        warnings.push('the answer to CreateTopics was lost; the topics were found by looking');
      },
    );
  }
  const answers = creations.flatMap((creation) => creation.answers);
  const beingDeleted = new Set(creations.flatMap((creation) => [...creation.beingDeleted]));
  for (const topic of answers.sort((a, b) => compareNames(a.name, b.name))) {
    const { name: code, message } = errorOf(topic.errorCode);
    if (topic.errorCode === 0) items.push(changeOf(topic, dryRun));
    else if (beingDeleted.has(topic.name)) errors.push(beingDeletedError(topic.name));
    else if (code === 'TOPIC_ALREADY_EXISTS' && (options.ifNotExists || strict))
      items.push({ name: topic.name, result: 'exists' });
    else errors.push(createError(topic.name, code, topic.errorMessage ?? message));
  }
  if (strict) errors.push(...(await compareExisting(cluster, topics, items)));
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

async function send(cluster: Cluster, topics: NewTopic[], validateOnly: boolean): Promise<CreatedTopic[]> {
  const body = {
    topics: topics.map(({ name, partitions, replicationFactor, assignment, configs }) => ({
      name,
      numPartitions: assignment ? -1 : (partitions ?? -1),
      replicationFactor: assignment ? -1 : (replicationFactor ?? -1),
      assignments: (assignment ?? []).map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
      configs: configs.map(([name, value]) => ({ name, value })),
    })),
    timeoutMs: cluster.wire.brokerTimeoutMs(),
    validateOnly,
  };
  return (await cluster.wire.request(createTopicsApi, body, 'controller')).topics;
}

/** Where a topic that was there differs from what was asked for it is no success. */
async function compareExisting(
  cluster: Cluster,
  topics: NewTopic[],
  items: TopicChange[],
): Promise<ItemError[]> {
  const existing = new Set(items.filter(({ result }) => result === 'exists').map(({ name }) => name));
  return findDifferences(
    cluster,
    topics.filter(({ name }) => existing.has(name)),
  );
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

function changeOf(topic: CreatedTopic, dryRun: boolean): TopicChange {
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

function beingDeletedError(name: string): ItemError {
  return {
    subject: `topic ${name}`,
    code: 'TOPIC_BEING_DELETED',
    message: 'a topic of this name is still being deleted',
    exitCode: ExitCode.timedOut,
    hint: 'That ends when every broker with a replica of it is up; try again then, or give it longer with --timeout.',
  };
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
