import type { ListDocument } from '../base/result.js';
import type { TopicPartition } from '../client/fetch-leaders.js';

/** classic, or the group kinds of Kafka 4: consumer (KIP-848), share (KIP-932), streams (KIP-1071). */
export type GroupType = 'classic' | 'consumer' | 'share' | 'streams';

export interface GroupListItem {
  group: string;
  type: GroupType;
  /** Kafka's name; null before Kafka 2.6, where a list does not tell. */
  state: string | null;
  /** `consumer` where the members are consumers; Connect and others have protocols of their own. */
  protocolType: string;
  /** The broker that coordinates the group. */
  coordinator: number;
}

export type GroupList = ListDocument<GroupListItem>;

export interface GroupMemberDescription {
  memberId: string;
  /** The name of a static member. */
  instanceId: string | null;
  clientId: string;
  host: string;
  rack: string | null;
  /** Null in a classic group. */
  epoch: number | null;
  assignment: TopicPartition[];
}

/** What a group has committed in a partition, and what is left to read. */
export interface PartitionLag extends TopicPartition {
  committedOffset: number | null;
  logEndOffset: number | null;
  /** Records from the committed offset on; null where one of the two is not known. */
  lag: number | null;
  /** Who has the partition now. */
  memberId: string | null;
  clientId: string | null;
  host: string | null;
}

export interface GroupDescription extends Omit<GroupListItem, 'state'> {
  state: string;
  /** The assignor's name. */
  protocol: string | null;
  /** Null in a classic group. */
  epoch: number | null;
  members: GroupMemberDescription[];
  partitions: PartitionLag[];
  /** Of all partitions whose lag is known. */
  lag: number;
}

export type GroupDescriptionList = ListDocument<GroupDescription>;
