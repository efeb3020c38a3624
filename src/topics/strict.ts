import { ExitCode } from '../base/errors.js';
import type { ItemError } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { askConfigs } from '../configs/ask.js';
import { sameValue } from '../configs/plan.js';
import { askTopicMetadata } from './metadata.js';
import type { NewTopic } from './new-topic.js';

/** Where topics that exist differ from what was asked for; of what was not asked for nothing is said. */
export async function findDifferences(cluster: Cluster, topics: readonly NewTopic[]): Promise<ItemError[]> {
  if (topics.length === 0) return [];
  const resources = topics.map(({ name }) => ({ type: 'topic' as const, name }));
  const [metadata, configs] = await Promise.all([
    askTopicMetadata(
      cluster,
      topics.map(({ name }) => name),
    ),
    askConfigs(cluster, resources),
  ]);
  const found = new Map(metadata.map((topic) => [topic.name, topic]));
  const errors = configs.errors.map(({ error }) => error);
  for (const topic of topics) {
    const partitions = found.get(topic.name)?.partitions ?? [];
    const differences: string[] = [];
    const compare = (what: string, is: number | string | null, asked: number | string | undefined) => {
      if (asked !== undefined && !sameValue(String(is), String(asked)))
        differences.push(`${what} is ${is}, not ${asked}`);
    };
    compare('the number of partitions', partitions.length, topic.assignment?.length ?? topic.partitions);
    compare(
      'the replication factor',
      partitions[0]?.replicaNodes.length ?? 0,
      topic.assignment?.[0]?.length ?? topic.replicationFactor,
    );
    const entries = configs.of({ type: 'topic', name: topic.name });
    for (const [key, value] of entries ? topic.configs : []) {
      compare(key, entries?.find((entry) => entry.name === key)?.value ?? null, value);
    }
    if (differences.length > 0) {
      errors.push({
        subject: `topic ${topic.name}`,
        code: 'TOPIC_DIFFERS',
        message: differences.join('; '),
        exitCode: ExitCode.checkFailed,
        hint: 'Nothing was changed: see kctl topics alter and kctl configs set.',
      });
    }
  }
  return errors;
}
