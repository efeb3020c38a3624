import type { Cluster } from '../cluster/index.js';
import { askConfigs } from '../configs/ask.js';

/** What the configurations of a topic say of its state. */
export interface TopicConfigs {
  changed: Record<string, string | null>;
  minInsyncReplicas: number | null;
}

/** Reads the configurations of topics; what cannot be read is a warning. */
export async function askTopicConfigs(
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
