import { listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { askConfigs } from '../configs/ask.js';
import { findTopics } from './find.js';
import { countHealth } from './list.js';
import type { TopicMetadata } from './metadata.js';
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

interface TopicConfigs {
  changed: Record<string, string | null>;
  minInsyncReplicas: number | null;
}

async function askTopicConfigs(
  cluster: Cluster,
  names: string[],
  warnings: string[],
): Promise<Map<string, TopicConfigs>> {
  const resources = names.map((name) => ({ type: 'topic' as const, name }));
  const answer = await askConfigs(cluster, resources);
  const [reason, ...others] = new Set(answer.errors.map(({ error }) => error.message));
  if (reason !== undefined && others.length === 0 && answer.errors.length === names.length) {
    warnings.push(`the configurations could not be read: ${reason}`);
  } else {
    for (const { resource, error } of answer.errors)
      warnings.push(`the configuration of ${resource.name} could not be read: ${error.message}`);
  }
  const configs = new Map<string, TopicConfigs>();
  for (const resource of resources) {
    const entries = answer.of(resource);
    if (!entries) continue;
    const changed = entries.filter((entry) => entry.source === 'topic');
    const minIsr = entries.find((entry) => entry.name === 'min.insync.replicas')?.value;
    configs.set(resource.name, {
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
