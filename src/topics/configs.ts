import type { Cluster } from '../cluster/index.js';
import { askConfigs } from '../configs/ask.js';

/** What the configurations of a topic say of its state. */
export interface TopicConfigs {
  changed: Record<string, string | null>;
  minInsyncReplicas: number | null;
}

const minIsrKey = 'min.insync.replicas';

/** Reads the configurations of topics; what cannot be read is a warning. */
export async function askTopicConfigs(
  cluster: Cluster,
  names: string[],
  warnings: string[],
): Promise<Map<string, TopicConfigs>> {
  const resources = names.map((name) => ({ type: 'topic' as const, name }));
  const answer = await askConfigs(cluster, resources, { only: { source: 'topic', names: [minIsrKey] } });
  const unread = new Map<string, string[]>();
  for (const { resource, error } of answer.errors) {
    const topics = unread.get(error.message) ?? [];
    topics.push(resource.name);
    unread.set(error.message, topics);
  }
  for (const [reason, topics] of unread)
    warnings.push(`${whose(topics, names)} could not be read: ${reason}`);
  const configs = new Map<string, TopicConfigs>();
  for (const resource of resources) {
    const entries = answer.of(resource);
    if (!entries) continue;
    const changed = entries.filter((entry) => entry.source === 'topic');
    const minIsr = entries.find((entry) => entry.name === minIsrKey)?.value;
    configs.set(resource.name, {
      changed: Object.fromEntries(changed.map(({ name, value }) => [name, value])),
      minInsyncReplicas: minIsr == null ? null : Number(minIsr),
    });
  }
  return configs;
}

/** Thousands of topics of which the same is to be said are not named one by one. */
function whose(topics: readonly string[], all: readonly string[]): string {
  if (topics.length === all.length) return 'the configurations';
  if (topics.length > 5) return `the configurations of ${topics.length} topics`;
  return topics.length === 1
    ? `the configuration of ${topics[0]}`
    : `the configurations of ${topics.join(', ')}`;
}
