import { type ItemError, itemError } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { describeLogDirs } from '../protocol/messages/describe-log-dirs.js';
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
  const holders = new Set(
    topics.flatMap((topic) => topic.partitions.flatMap((partition) => partition.replicaNodes)),
  );
  const asked = topics.map((topic) => ({
    topic: topic.name,
    partitions: topic.partitions.map((p) => p.partitionIndex),
  }));
  const bytesOf = new Map<string, bigint>();
  const errors: ItemError[] = [];
  const askBroker = async (broker: number) => {
    const { results } = await cluster.wire.request(describeLogDirs, { topics: asked }, { broker });
    for (const dir of results) {
      if (dir.errorCode !== 0) {
        const { name, message } = errorOf(dir.errorCode);
        errors.push({ subject: `log directory ${dir.logDir} of broker ${broker}`, code: name, message });
      }
      for (const { name, partitions } of dir.topics) {
        for (const { partitionIndex, partitionSize, isFutureKey } of partitions) {
          if (!isFutureKey) bytesOf.set(`${name} ${partitionIndex} ${broker}`, partitionSize);
        }
      }
    }
  };
  await Promise.all(
    [...holders].map((broker) =>
      askBroker(broker).catch((error) => errors.push(itemError(`broker ${broker}`, error))),
    ),
  );
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
  return { ofReplica, ofTopic, errors: errors.sort((a, b) => (a.subject < b.subject ? -1 : 1)) };
}
