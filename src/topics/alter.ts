import { KctlError, usageError } from '../base/errors.js';
import { compareNames } from '../base/names.js';
import { listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { createPartitions } from '../protocol/messages/create-partitions.js';
import { findTopics } from './find.js';
import { askTopicMetadata, awaitEveryBroker, type FailedTopic, isServed, topicErrors } from './metadata.js';
import type { TopicChange, TopicChangeList } from './types.js';

export interface AlterTopicsOptions {
  /** Names, globs or /expressions/. */
  names: string[];
  /** In all, not new ones. */
  partitions: number;
  /** The replicas of each new partition, the preferred leader first; the controller's choice when absent. */
  assignment?: number[][] | undefined;
  dryRun: boolean;
}

/** Gives topics more partitions, and waits until every live broker serves them. Fewer there cannot be. */
export async function alterTopics(
  cluster: Cluster,
  { names, partitions, assignment, dryRun }: AlterTopicsOptions,
): Promise<TopicChangeList> {
  if (partitions < 1) throw usageError(`a topic cannot have ${partitions} partitions`, 'The least is 1.');
  const { found, errors } = await findTopics(cluster, names);
  const topics = found.map(({ name }) => ({
    name,
    count: partitions,
    assignments: assignment?.map((brokerIds) => ({ brokerIds })) ?? null,
  }));
  const timeoutMs = cluster.wire.brokerTimeoutMs();
  const warnings: string[] = [];
  const { results } = await cluster.wire
    .request(createPartitions, { topics, timeoutMs, validateOnly: dryRun }, 'controller')
    .catch(async (error) => {
      const names = found.map(({ name }) => name);
      if (dryRun || !(error instanceof KctlError) || error.code !== 'ANSWER_LOST') throw error;
      const now = await askTopicMetadata(cluster, names);
      if (now.some((topic) => topic.partitions.length !== partitions)) throw error;
      warnings.push('the answer to CreatePartitions was lost; the partitions were found by looking');
      return { results: names.map((name) => ({ name, errorCode: 0, errorMessage: null })) };
    });
  const failed: FailedTopic[] = results.filter(({ errorCode }) => errorCode !== 0);
  errors.push(...(await topicErrors(cluster, failed)));
  const items = results
    .filter(({ errorCode }) => errorCode === 0)
    .map(({ name }): TopicChange => ({ name, result: dryRun ? 'valid' : 'altered', partitions }))
    .sort((a, b) => compareNames(a.name, b.name));
  const altered = dryRun ? [] : items.map(({ name }) => name);
  if (altered.length > 0) warnings.push(...(await awaitPartitions(cluster, altered, partitions)));
  const list = listDocument('TopicChangeList', 1, items, errors, warnings);
  return { ...list, dryRun, ...(dryRun ? { validatedBy: 'broker' as const } : {}) };
}

async function awaitPartitions(cluster: Cluster, names: string[], partitions: number): Promise<string[]> {
  const { brokers } = await cluster.wire.nodes();
  const alive = new Set(brokers.map(({ id }) => id));
  const laggards = await awaitEveryBroker(cluster, names, (topics) =>
    topics.every((topic) => topic.partitions.length >= partitions && isServed(topic, alive)),
  );
  return laggards.map((id) => `broker ${id} does not know of every partition yet`);
}
