import { usageError } from '../base/errors.js';
import { listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { askTopicMetadata, type TopicMetadata } from './metadata.js';
import type { TopicList, TopicListItem } from './types.js';

/** Lists topics; a leaderless partition marks its topic and fails nothing. */
export async function listTopics(
  cluster: Cluster,
  options: { pattern?: string | undefined; internal: boolean },
): Promise<TopicList> {
  const matches = topicMatcher(options.pattern ?? '*');
  const topics = await askTopicMetadata(cluster, null);
  const shown = topics.filter((topic) => (options.internal || !topic.isInternal) && matches(topic.name));
  return listDocument('TopicList', 1, shown.map(toItem));
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
