import { KctlError } from '../base/errors.js';
import type { Cluster } from '../cluster/index.js';
import { askConfigs } from '../configs/ask.js';
import { createTopics } from './create.js';
import { findTopics } from './find.js';
import type { NewTopic } from './new-topic.js';
import type { TopicChangeList } from './types.js';

/** They belong to a reassignment, not to the topic. */
const throttles = ['leader.replication.throttled.replicas', 'follower.replication.throttled.replicas'];

export interface CloneTopicOptions extends Omit<NewTopic, 'assignment'> {
  source: string;
  dryRun: boolean;
}

/** Creates a topic like another: its partitions, replication factor and own configurations, but for what is given. */
export async function cloneTopic(
  cluster: Cluster,
  { source, dryRun, ...given }: CloneTopicOptions,
): Promise<TopicChangeList> {
  const resource = { type: 'topic' as const, name: source };
  const [{ found, errors }, configs] = await Promise.all([
    findTopics(cluster, [source]),
    askConfigs(cluster, [resource]),
  ]);
  const [topic] = found;
  const entries = configs.of(resource);
  if (!topic || !entries) {
    const error = errors[0] ?? configs.errors[0]?.error;
    throw new KctlError(error?.message ?? `topic ${source} cannot be read`, { code: 'UNEXPECTED', ...error });
  }
  const own = entries
    .filter((entry) => entry.source === 'topic' && !throttles.includes(entry.name))
    .map(({ name, value }): [string, string] => [name, value ?? '']);
  const clone: NewTopic = {
    name: given.name,
    partitions: given.partitions ?? topic.partitions.length,
    replicationFactor: given.replicationFactor ?? topic.partitions[0]?.replicaNodes.length,
    configs: [...new Map([...own, ...given.configs])],
  };
  return createTopics(cluster, { topics: [clone], ifNotExists: false, strict: false, dryRun });
}
