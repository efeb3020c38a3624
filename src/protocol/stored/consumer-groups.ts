import { array, bytes, int8, int32, int64, string, struct, uuid } from '../schema.js';
import type { StoredRecord } from './stored-record.js';

const memberMetadata = {
  memberId: string(),
  groupInstanceId: string().since(3).nullable(3).default(null).ignorable(),
  clientId: string(),
  clientHost: string(),
  rebalanceTimeout: int32().since(1).default(-1).ignorable(),
  sessionTimeout: int32(),
  subscription: bytes(),
  assignment: bytes(),
};
const topicPartitions = {
  topicId: uuid(),
  partitions: array(int32()),
  assignmentEpochs: array(int32()).tag(0, 0).nullable().default(null),
};

/** Of classic groups and of those of KIP-848, in __consumer_offsets (the group coordinator’s specifications). */
export const consumerGroupRecords: readonly StoredRecord[] = [
  {
    type: 0,
    name: 'LegacyOffsetCommit',
    key: { group: string(), topic: string(), partition: int32() },
    versions: [0, 0],
    fields: { offset: int64(), metadata: string(), commitTimestamp: int64() },
  },
  {
    type: 1,
    name: 'OffsetCommit',
    key: { group: string(), topic: string(), partition: int32() },
    versions: [0, 4],
    flexible: 4,
    fields: {
      offset: int64(),
      leaderEpoch: int32().since(3).default(-1).ignorable(),
      metadata: string(),
      commitTimestamp: int64(),
      expireTimestamp: int64().versions(1, 1).default(-1n).ignorable(),
      topicId: uuid().tag(0, 4).ignorable(),
    },
  },
  {
    type: 2,
    name: 'GroupMetadata',
    key: { group: string() },
    versions: [0, 4],
    flexible: 4,
    fields: {
      protocolType: string(),
      generation: int32(),
      protocol: string().nullable(),
      leader: string().nullable(),
      currentStateTimestamp: int64().since(2).default(-1n).ignorable(),
      members: array(memberMetadata),
    },
  },
  {
    type: 3,
    name: 'ConsumerGroupMetadata',
    key: { groupId: string() },
    versions: [0, 0],
    flexible: 0,
    fields: { epoch: int32(), metadataHash: int64().tag(0, 0) },
  },
  {
    type: 4,
    name: 'ConsumerGroupPartitionMetadata',
    key: { groupId: string() },
    versions: [0, 0],
    flexible: 0,
    fields: {
      topics: array({
        topicId: uuid(),
        topicName: string(),
        numPartitions: int32(),
        partitionMetadata: array({ partition: int32(), racks: array(string()) }),
      }),
    },
  },
  {
    type: 5,
    name: 'ConsumerGroupMemberMetadata',
    key: { groupId: string(), memberId: string() },
    versions: [0, 0],
    flexible: 0,
    fields: {
      instanceId: string().nullable(),
      rackId: string().nullable(),
      clientId: string(),
      clientHost: string(),
      subscribedTopicNames: array(string()),
      subscribedTopicRegex: string().nullable(),
      rebalanceTimeoutMs: int32().default(-1),
      serverAssignor: string().nullable(),
      classicMemberMetadata: struct({
        sessionTimeoutMs: int32(),
        supportedProtocols: array({ name: string(), metadata: bytes() }),
      })
        .tag(0, 0)
        .nullable()
        .default(null),
    },
  },
  {
    type: 6,
    name: 'ConsumerGroupTargetAssignmentMetadata',
    key: { groupId: string() },
    versions: [0, 0],
    flexible: 0,
    fields: { assignmentEpoch: int32(), assignmentTimestamp: int64().tag(0, 0).ignorable() },
  },
  {
    type: 7,
    name: 'ConsumerGroupTargetAssignmentMember',
    key: { groupId: string(), memberId: string() },
    versions: [0, 0],
    flexible: 0,
    fields: { topicPartitions: array({ topicId: uuid(), partitions: array(int32()) }) },
  },
  {
    type: 8,
    name: 'ConsumerGroupCurrentMemberAssignment',
    key: { groupId: string(), memberId: string() },
    versions: [0, 0],
    flexible: 0,
    fields: {
      memberEpoch: int32(),
      previousMemberEpoch: int32(),
      state: int8(),
      assignedPartitions: array(topicPartitions),
      partitionsPendingRevocation: array(topicPartitions),
    },
  },
  {
    type: 16,
    name: 'ConsumerGroupRegularExpression',
    key: { groupId: string(), regularExpression: string() },
    versions: [0, 0],
    flexible: 0,
    fields: { topics: array(string()), version: int64(), timestamp: int64() },
  },
];
