import { array, int8, int16, int32, int64, string, struct, uint16 } from '../schema.js';
import type { StoredRecord } from './stored-record.js';

const lastAssignmentConfig = { key: string(), value: string() };
const endpoint = { host: string(), port: uint16() };
const keyValue = { key: string(), value: string() };
const taskIds = { subtopologyId: string(), partitions: array(int32()) };
const taskIdsWithEpochs = {
  subtopologyId: string(),
  partitions: array(int32()),
  assignmentEpochs: array(int32()).tag(0, 0).nullable().default(null),
};
const topicConfig = { key: string(), value: string() };
const topicInfo = {
  name: string(),
  partitions: int32(),
  replicationFactor: int16(),
  topicConfigs: array(topicConfig),
};

/** Of streams groups (KIP-1071), in __consumer_offsets. */
export const streamsGroupRecords: readonly StoredRecord[] = [
  {
    type: 17,
    name: 'StreamsGroupMetadata',
    key: { groupId: string() },
    versions: [0, 0],
    flexible: 0,
    fields: {
      epoch: int32(),
      metadataHash: int64(),
      validatedTopologyEpoch: int32().tag(0, 0).default(-1),
      lastAssignmentConfigs: array(lastAssignmentConfig).tag(1, 0).nullable().default(null),
    },
  },
  {
    type: 19,
    name: 'StreamsGroupMemberMetadata',
    key: { groupId: string(), memberId: string() },
    versions: [0, 0],
    flexible: 0,
    fields: {
      instanceId: string().nullable(),
      rackId: string().nullable(),
      clientId: string(),
      clientHost: string(),
      rebalanceTimeoutMs: int32().default(-1),
      topologyEpoch: int32(),
      processId: string(),
      userEndpoint: struct(endpoint).nullable().default(null),
      clientTags: array(keyValue),
    },
  },
  {
    type: 20,
    name: 'StreamsGroupTargetAssignmentMetadata',
    key: { groupId: string() },
    versions: [0, 0],
    flexible: 0,
    fields: { assignmentEpoch: int32(), assignmentTimestamp: int64().tag(0, 0).ignorable() },
  },
  {
    type: 21,
    name: 'StreamsGroupTargetAssignmentMember',
    key: { groupId: string(), memberId: string() },
    versions: [0, 0],
    flexible: 0,
    fields: { activeTasks: array(taskIds), standbyTasks: array(taskIds), warmupTasks: array(taskIds) },
  },
  {
    type: 22,
    name: 'StreamsGroupCurrentMemberAssignment',
    key: { groupId: string(), memberId: string() },
    versions: [0, 0],
    flexible: 0,
    fields: {
      memberEpoch: int32(),
      previousMemberEpoch: int32(),
      state: int8(),
      activeTasks: array(taskIdsWithEpochs),
      standbyTasks: array(taskIdsWithEpochs),
      warmupTasks: array(taskIdsWithEpochs),
      activeTasksPendingRevocation: array(taskIdsWithEpochs),
      standbyTasksPendingRevocation: array(taskIdsWithEpochs),
      warmupTasksPendingRevocation: array(taskIdsWithEpochs),
    },
  },
  {
    type: 23,
    name: 'StreamsGroupTopology',
    key: { groupId: string() },
    versions: [0, 0],
    flexible: 0,
    fields: {
      epoch: int32(),
      subtopologies: array({
        subtopologyId: string(),
        sourceTopics: array(string()),
        sourceTopicRegex: array(string()),
        stateChangelogTopics: array(topicInfo),
        repartitionSinkTopics: array(string()),
        repartitionSourceTopics: array(topicInfo),
        copartitionGroups: array({
          sourceTopics: array(int16()),
          sourceTopicRegex: array(int16()),
          repartitionSourceTopics: array(int16()),
        }),
      }),
    },
  },
];
