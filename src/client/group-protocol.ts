import {
  consumerProtocolAssignment,
  consumerProtocolSubscription,
} from '../protocol/messages/consumer-protocol.js';
import { groupByTopic, type TopicPartition } from './fetch-leaders.js';

/** What Kafka's consumer writes; readers of every version take it. */
const version = 3;

/** A member's subscription, as Kafka's consumer writes it. */
export function encodeSubscription(topics: readonly string[]): Buffer {
  return consumerProtocolSubscription.encode(version, { topics: [...topics].sort(), ownedPartitions: [] });
}

/** The topics that a member wants. @throws ProtocolError */
export function decodeSubscription(metadata: Buffer): string[] {
  return consumerProtocolSubscription.decode(metadata).topics;
}

export function encodeAssignment(partitions: readonly TopicPartition[]): Buffer {
  const assignedPartitions = [...groupByTopic(partitions)].map(([topic, group]) => ({
    topic,
    partitions: group.map(({ partition }) => partition),
  }));
  return consumerProtocolAssignment.encode(version, { assignedPartitions });
}

/** A member that gets nothing may be sent no bytes at all. @throws ProtocolError */
export function decodeAssignment(assignment: Buffer): TopicPartition[] {
  if (assignment.length === 0) return [];
  return consumerProtocolAssignment
    .decode(assignment)
    .assignedPartitions.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition })),
    );
}
