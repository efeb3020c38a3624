import { inlineLess } from '../base/inline-less.js';
import { listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { prepareToAsk } from '../configs/ask.js';
import { askTopicConfigs, type TopicConfigs } from './configs.js';
import { filterTopics, type TopicFilter } from './filter.js';
import { findTopics, mayBeMany } from './find.js';
import { countHealth } from './list.js';
import type { TopicMetadata } from './metadata.js';
import { askTopicSizes, type TopicSizes } from './sizes.js';
import type { PartitionDescription, TopicDescription, TopicDescriptionList } from './types.js';

export interface DescribeTopicsOptions {
  /** Names, globs or /expressions/; all topics that are not Kafka's own when empty. */
  names: string[];
  sizes: boolean;
  filter: TopicFilter;
  excludeInternal: boolean;
}

/** The metadata of all topics that takes longer is of many: their configurations are asked for on several connections. */
const manyTopicsMs = 15;

/** Describes topics. Leaderless partitions and unreadable configurations mark their own topic and fail nothing. */
export async function describeTopics(
  cluster: Cluster,
  options: DescribeTopicsOptions,
): Promise<TopicDescriptionList> {
  const timer = mayBeMany(options.names)
    ? setTimeout(() => prepareForMany(cluster), manyTopicsMs)
    : undefined;
  const { found: chosen, errors } = await findTopics(cluster, options.names).finally(() =>
    clearTimeout(timer),
  );
  const found = options.excludeInternal ? chosen.filter((topic) => !topic.isInternal) : chosen;
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
  return listDocument('TopicDescriptionList', 1, filterTopics(items, options.filter), errors, warnings);
}

/** While the metadata is on its way there is time for it. */
function prepareForMany(cluster: Cluster): void {
  prepareToAsk(cluster);
  void inlineLess();
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
    partitions: topic.partitions.map((partition) => {
      const described: PartitionDescription = {
        partition: partition.partitionIndex,
        leader: partition.leaderId,
        leaderEpoch: partition.leaderEpoch,
        replicas: partition.replicaNodes,
        isr: partition.isrNodes,
        offline: partition.offlineReplicas,
      };
      if (sizes)
        described.sizeBytes = sizes.ofReplica(topic.name, partition.partitionIndex, partition.leaderId);
      return described;
    }),
  };
}
