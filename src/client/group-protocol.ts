import {
  consumerProtocolAssignment,
  consumerProtocolSubscription,
} from '../protocol/messages/consumer-protocol.js';
import {
  decodeStickyUserData,
  encodeCooperativeStickyUserData,
  encodeStickyUserData,
} from '../protocol/messages/sticky-user-data.js';
import type { MemberSubscription } from './assign.js';
import type { AssignorName } from './assignors.js';
import { groupByTopic, type TopicPartition } from './fetch-leaders.js';

/** What Kafka's consumer writes; readers of every version take it. */
const version = 3;

export interface Subscription {
  topics: readonly string[];
  /** What the member still holds: nothing, unless it is a cooperative one. */
  owned: readonly TopicPartition[];
  /** What the group gave it last. */
  previous: readonly TopicPartition[];
  /** The generation in which it did; -1 before the first. */
  generationId: number;
}

/** A member's subscription, as Kafka's consumer with this assignor writes it. */
export function encodeSubscription(assignor: AssignorName, subscription: Subscription): Buffer {
  const { topics, owned, generationId } = subscription;
  return consumerProtocolSubscription.encode(version, {
    topics: [...topics].sort(),
    userData: userDataOf(assignor, subscription),
    ownedPartitions: byTopic(owned),
    generationId,
  });
}

function userDataOf(assignor: AssignorName, { previous, generationId }: Subscription): Buffer | null {
  if (assignor === 'cooperative-sticky') return encodeCooperativeStickyUserData(generationId);
  if (assignor !== 'sticky' || generationId < 0) return null;
  return encodeStickyUserData({ previousAssignment: byTopic(previous), generation: generationId });
}

/** What a member told the group's leader. @throws ProtocolError */
export function decodeSubscription(
  assignor: AssignorName,
  metadata: Buffer,
): Pick<MemberSubscription, 'topics' | 'owned' | 'generationId'> {
  const decoded = consumerProtocolSubscription.decode(metadata);
  const { topics, userData } = decoded;
  if (assignor === 'sticky') {
    const data = userData && decodeStickyUserData(userData);
    const owned = data ? flat(data.previousAssignment) : [];
    return { topics, owned, generationId: data?.generation ?? -1 };
  }
  const owned = flat(decoded.ownedPartitions);
  // Before version 2 (Kafka 3.3) the generation was in the user data only.
  const isInUserData =
    decoded.generationId < 0 && assignor === 'cooperative-sticky' && userData?.length === 4;
  return { topics, owned, generationId: isInUserData ? userData.readInt32BE() : decoded.generationId };
}

export function encodeAssignment(partitions: readonly TopicPartition[]): Buffer {
  return consumerProtocolAssignment.encode(version, { assignedPartitions: byTopic(partitions) });
}

/** A member that gets nothing may be sent no bytes at all. @throws ProtocolError */
export function decodeAssignment(assignment: Buffer): TopicPartition[] {
  if (assignment.length === 0) return [];
  return flat(consumerProtocolAssignment.decode(assignment).assignedPartitions);
}

function byTopic(partitions: readonly TopicPartition[]): Array<{ topic: string; partitions: number[] }> {
  return [...groupByTopic(partitions)].map(([topic, group]) => ({
    topic,
    partitions: group.map(({ partition }) => partition),
  }));
}

function flat(topics: ReadonlyArray<{ topic: string; partitions: number[] }>): TopicPartition[] {
  return topics.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })));
}
