import type { ItemError } from '../base/result.js';
import { askLogDirs } from '../brokers/log-dirs.js';
import type { Cluster } from '../cluster/index.js';
import type { TopicMetadata } from './metadata.js';

/** Bytes of replicas as the brokers' log directories tell them; null where a broker did not. */
export interface TopicSizes {
  ofReplica(topic: string, partition: number, broker: number): bigint | null;
  /** All replicas together. */
  ofTopic(topic: TopicMetadata): bigint | null;
  errors: ItemError[];
}

/** Asks every broker that holds a replica; one that does not answer costs its own figures only. */
export async function askTopicSizes(cluster: Cluster, topics: TopicMetadata[]): Promise<TopicSizes> {
  const { dirs, errors } = await askLogDirs(cluster, holdersOf(topics));
  const bytesOf = new Map<string, bigint>();
  for (const { broker, replicas } of dirs) {
    for (const { topic, partition, sizeBytes, future } of replicas) {
      if (!future) bytesOf.set(`${topic} ${partition} ${broker}`, sizeBytes);
    }
  }
  const ofReplica = (topic: string, partition: number, broker: number) =>
    bytesOf.get(`${topic} ${partition} ${broker}`) ?? null;
  const ofTopic = (topic: TopicMetadata) => {
    let total = 0n;
    for (const { partitionIndex, replicaNodes } of topic.partitions) {
      for (const broker of replicaNodes) {
        const bytes = ofReplica(topic.name, partitionIndex, broker);
        if (bytes === null) return null;
        total += bytes;
      }
    }
    return total;
  };
  return { ofReplica, ofTopic, errors };
}

/** Whom to ask for the sizes of topics, and for which. */
export function holdersOf(topics: readonly TopicMetadata[]) {
  const brokers = new Set(topics.flatMap(({ partitions }) => partitions.flatMap((p) => p.replicaNodes)));
  const asked = topics.map((topic): [string, number[]] => [
    topic.name,
    topic.partitions.map(({ partitionIndex }) => partitionIndex),
  ]);
  return { brokers: [...brokers], topics: new Map(asked) };
}
