import { usageError } from '../base/errors.js';
import { listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { askTopicConfigs } from './configs.js';
import { filterTopics, isFiltering, needsConfigs, type TopicFilter } from './filter.js';
import { askTopicMetadata, type TopicMetadata } from './metadata.js';
import type { TopicList, TopicListItem } from './types.js';

export interface ListTopicsOptions {
  pattern?: string | undefined;
  internal: boolean;
  filter: TopicFilter;
}

/** Lists topics; a leaderless partition marks its topic and fails nothing. */
export async function listTopics(
  cluster: Cluster,
  { pattern = '*', internal, filter }: ListTopicsOptions,
): Promise<TopicList> {
  const matches = topicMatcher(pattern);
  const topics = await askTopicMetadata(cluster, null);
  const chosen = topics.filter((topic) => (internal || !topic.isInternal) && matches(topic.name));
  const warnings: string[] = [];
  const shown = isFiltering(filter) ? await passing(cluster, chosen, filter, warnings) : chosen;
  return listDocument('TopicList', 1, shown.map(toItem), [], warnings);
}

async function passing(
  cluster: Cluster,
  topics: TopicMetadata[],
  filter: TopicFilter,
  warnings: string[],
): Promise<TopicMetadata[]> {
  const names = topics.map(({ name }) => name);
  const configs = needsConfigs(filter) ? await askTopicConfigs(cluster, names, warnings) : undefined;
  const described = topics.map((topic) => ({
    topic,
    minInsyncReplicas: configs?.get(topic.name)?.minInsyncReplicas ?? null,
    configs: configs?.get(topic.name)?.changed ?? null,
    partitions: topic.partitions.map(({ leaderId, replicaNodes, isrNodes }) => ({
      leader: leaderId,
      replicas: replicaNodes,
      isr: isrNodes,
    })),
  }));
  return filterTopics(described, filter).map(({ topic }) => topic);
}

function toItem(topic: TopicMetadata): TopicListItem {
  return {
    name: topic.name,
    topicId: topic.topicId,
    internal: topic.isInternal,
    partitions: topic.partitions.length,
    ...countHealth(topic),
  };
}

export function countHealth({ partitions }: TopicMetadata) {
  return {
    replicationFactor: partitions[0]?.replicaNodes.length ?? 0,
    underReplicatedPartitions: partitions.filter((p) => p.isrNodes.length < p.replicaNodes.length).length,
    offlinePartitions: partitions.filter((p) => p.leaderId < 0).length,
  };
}

/**
 * A glob (`*` and `?`), or a regular expression between slashes; both match the whole name
 * unless the expression says otherwise.
 */
export function topicMatcher(pattern: string): (name: string) => boolean {
  const expression = /^\/(.+)\/$/.exec(pattern)?.[1];
  if (expression === undefined) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    const glob = new RegExp(`^${source}$`);
    return (name) => glob.test(name);
  }
  try {
    const regex = new RegExp(expression);
    return (name) => regex.test(name);
  } catch {
    throw usageError(`${pattern} is not a regular expression`, 'A glob needs no slashes: orders-*');
  }
}
