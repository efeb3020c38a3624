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
  /** Of a member of a streams group; what is above is what its active tasks read. */
  streams?: StreamsMember;
}

/** Partitions of one part of a topology of Kafka Streams: each is a task, such as `0_2`. */
export interface StreamsTasks {
  subtopologyId: string;
  partitions: number[];
}

export interface StreamsMember {
  /** The instance of the application; each of its threads is a member. */
  processId: string;
  topologyEpoch: number;
  /** It speaks the classic protocol, in a group that is being taken over by the new one. */
  isClassic: boolean;
  assignment: StreamsAssignment;
  /** What it is to have once others have let go of it. */
  targetAssignment: StreamsAssignment;
}

export interface StreamsAssignment {
  activeTasks: StreamsTasks[];
  standbyTasks: StreamsTasks[];
  warmupTasks: StreamsTasks[];
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
  /** The epoch that the assignment is of; where it is behind, a new one is on its way. Null in a classic group. */
  assignmentEpoch: number | null;
  members: GroupMemberDescription[];
  partitions: PartitionLag[];
  /** Of all partitions whose lag is known. */
  lag: number;
}

export type GroupDescriptionList = ListDocument<GroupDescription>;
