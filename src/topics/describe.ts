import { type ItemError, itemError, listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { describeConfigs } from '../protocol/messages/describe-configs.js';
import { countHealth, topicMatcher } from './list.js';
import { askTopicMetadata, type TopicMetadata, topicError } from './metadata.js';
import { askTopicSizes, type TopicSizes } from './sizes.js';
import type { TopicDescription, TopicDescriptionList } from './types.js';

export interface DescribeTopicsOptions {
  /** Names, globs or /expressions/; all topics that are not Kafka's own when empty. */
  names: string[];
  sizes: boolean;
}

/** Describes topics. Leaderless partitions and unreadable configurations mark their own topic and fail nothing. */
export async function describeTopics(
  cluster: Cluster,
  options: DescribeTopicsOptions,
): Promise<TopicDescriptionList> {
  const { found, errors } = await findTopics(cluster, options.names);
  const warnings: string[] = [];
  const [configs, sizes] = await Promise.all([
    askTopicConfigs(
      cluster,
      found.map((topic) => topic.name),
      warnings,
    ),
    options.sizes ? askTopicSizes(cluster, found) : undefined,
  ]);
  if (sizes) errors.push(...sizes.errors);
  const items = found.map((topic) => describe(topic, configs.get(topic.name), sizes));
  return listDocument('TopicDescriptionList', 1, items, errors, warnings);
}

async function findTopics(
  cluster: Cluster,
  names: string[],
): Promise<{ found: TopicMetadata[]; errors: ItemError[] }> {
  const isPattern = (name: string) => /[*?/]/.test(name);
  if (names.length === 0 || names.some(isPattern)) {
    const all = await askTopicMetadata(cluster, null);
    const matchers = names.map(topicMatcher);
    const matches = (topic: TopicMetadata) =>
      names.length === 0 ? !topic.isInternal : matchers.some((matcher) => matcher(topic.name));
    const known = new Set(all.map((topic) => topic.name));
    const missing = names.filter((name) => !isPattern(name) && !known.has(name));
    const errors = await Promise.all(missing.map((name) => topicError(cluster, name, unknownTopicCode)));
    return { found: all.filter(matches), errors };
  }
  const topics = await askTopicMetadata(cluster, [...new Set(names)]);
  const failed = topics.filter((topic) => !isReadable(topic));
  const errors = await Promise.all(failed.map((topic) => topicError(cluster, topic.name, topic.errorCode)));
  return { found: topics.filter(isReadable), errors };
}

const unknownTopicCode = 3;

/** LEADER_NOT_AVAILABLE comes with the partitions and is a state to show, not a failure. */
function isReadable(topic: TopicMetadata): boolean {
  return topic.errorCode === 0 || errorOf(topic.errorCode).name === 'LEADER_NOT_AVAILABLE';
}

interface TopicConfigs {
  changed: Record<string, string | null>;
  minInsyncReplicas: number | null;
}

const topicResource = 2;
const dynamicTopicConfig = 1;

async function askTopicConfigs(
  cluster: Cluster,
  names: string[],
  warnings: string[],
): Promise<Map<string, TopicConfigs>> {
  const configs = new Map<string, TopicConfigs>();
  if (names.length === 0) return configs;
  const resources = names.map((resourceName) => ({
    resourceType: topicResource,
    resourceName,
    configurationKeys: null,
  }));
  const answer = await cluster.wire.request(describeConfigs, { resources }).catch((error) => {
    warnings.push(`the configurations could not be read: ${itemError('', error).message}`);
    return { results: [] };
  });
  for (const { errorCode, errorMessage, resourceName, configs: entries } of answer.results) {
    if (errorCode !== 0) {
      warnings.push(
        `the configuration of ${resourceName} could not be read: ${errorMessage ?? errorOf(errorCode).message}`,
      );
      continue;
    }
    const changed = entries.filter((entry) => entry.configSource === dynamicTopicConfig);
    const minIsr = entries.find((entry) => entry.name === 'min.insync.replicas')?.value;
    configs.set(resourceName, {
      changed: Object.fromEntries(changed.map(({ name, value }) => [name, value])),
      minInsyncReplicas: minIsr == null ? null : Number(minIsr),
    });
  }
  return configs;
}

function describe(
  topic: TopicMetadata,
  configs: TopicConfigs | undefined,
  sizes: TopicSizes | undefined,
): TopicDescription {
  return {
    name: topic.name,
    topicId: topic.topicId,
    internal: topic.isInternal,
    ...countHealth(topic),
    minInsyncReplicas: configs?.minInsyncReplicas ?? null,
    configs: configs?.changed ?? null,
    ...(sizes ? { sizeBytes: sizes.ofTopic(topic) } : {}),
    partitions: topic.partitions.map((partition) => ({
      partition: partition.partitionIndex,
      leader: partition.leaderId,
      leaderEpoch: partition.leaderEpoch,
      replicas: partition.replicaNodes,
      isr: partition.isrNodes,
      offline: partition.offlineReplicas,
      ...(sizes
        ? { sizeBytes: sizes.ofReplica(topic.name, partition.partitionIndex, partition.leaderId) }
        : {}),
    })),
  };
}
