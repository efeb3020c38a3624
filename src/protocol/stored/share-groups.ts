import { array, int8, int32, int64, string, uuid } from '../schema.js';
import type { StoredRecord } from './stored-record.js';

const topicPartitions = { topicId: uuid(), partitions: array(int32()) };
const topicPartitionsInfo = { topicId: uuid(), topicName: string(), partitions: array(int32()) };
const topicInfo = { topicId: uuid(), topicName: string() };

/** Of share groups (KIP-932), in __consumer_offsets. */
export const shareGroupRecords: readonly StoredRecord[] = [
  {
    type: 10,
    name: 'ShareGroupMemberMetadata',
    key: { groupId: string(), memberId: string() },
    versions: [0, 0],
    flexible: 0,
    fields: {
      rackId: string().nullable(),
      clientId: string(),
      clientHost: string(),
      subscribedTopicNames: array(string()),
    },
  },
  {
    type: 11,
    name: 'ShareGroupMetadata',
    key: { groupId: string() },
    versions: [0, 0],
    flexible: 0,
    fields: { epoch: int32(), metadataHash: int64() },
  },
  {
    type: 12,
    name: 'ShareGroupTargetAssignmentMetadata',
    key: { groupId: string() },
    versions: [0, 0],
    flexible: 0,
    fields: { assignmentEpoch: int32(), assignmentTimestamp: int64().tag(0, 0).ignorable() },
  },
  {
    type: 13,
    name: 'ShareGroupTargetAssignmentMember',
    key: { groupId: string(), memberId: string() },
    versions: [0, 0],
    flexible: 0,
    fields: { topicPartitions: array({ topicId: uuid(), partitions: array(int32()) }) },
  },
  {
    type: 14,
    name: 'ShareGroupCurrentMemberAssignment',
    key: { groupId: string(), memberId: string() },
    versions: [0, 0],
    flexible: 0,
    fields: {
      memberEpoch: int32(),
      previousMemberEpoch: int32(),
      state: int8(),
      assignedPartitions: array(topicPartitions),
    },
  },
  {
    type: 15,
    name: 'ShareGroupStatePartitionMetadata',
    key: { groupId: string() },
    versions: [0, 0],
    flexible: 0,
    fields: {
      initializingTopics: array(topicPartitionsInfo),
      initializedTopics: array(topicPartitionsInfo),
      deletingTopics: array(topicInfo),
    },
  },
];
