import { coordinatorMoved } from '../retries.js';
import { api, array, bool, int8, int16, int32, int64, string, struct, uint16 } from '../schema.js';

const keyValues = array({ key: string(), value: string() });
const tasks = array({ subtopologyId: string(), partitions: array(int32()) })
  .nullable()
  .default(null);
const taskOffsets = array({ subtopologyId: string(), partition: int32(), offset: int64() })
  .nullable()
  .default(null);
const topics = array({
  name: string(),
  partitions: int32(),
  replicationFactor: int16(),
  topicConfigs: keyValues,
});
const endpoint = struct({ host: string(), port: uint16() });
const topicPartitions = array({ topic: string(), partitions: array(int32()) });

/** Joins, holds on to and leaves a group of Kafka Streams (KIP-1071). */
export const streamsGroupHeartbeat = api({
  key: 88,
  name: 'StreamsGroupHeartbeat',
  versions: [0, 0],
  flexible: 0,
  retries: coordinatorMoved,
  request: {
    groupId: string(),
    memberId: string(),
    /** 0 joins, -1 leaves, -2 leaves as a static member that will be back. */
    memberEpoch: int32(),
    endpointInformationEpoch: int32(),
    instanceId: string().nullable().default(null),
    rackId: string().nullable().default(null),
    rebalanceTimeoutMs: int32().default(-1),
    /** Given by who joins. */
    topology: struct({
      epoch: int32(),
      subtopologies: array({
        subtopologyId: string(),
        sourceTopics: array(string()),
        sourceTopicRegex: array(string()),
        stateChangelogTopics: topics,
        repartitionSinkTopics: array(string()),
        repartitionSourceTopics: topics,
        /** By their places in the lists of the subtopology. */
        copartitionGroups: array({
          sourceTopics: array(int16()),
          sourceTopicRegex: array(int16()),
          repartitionSourceTopics: array(int16()),
        }),
      }),
    })
      .nullable()
      .default(null),
    activeTasks: tasks,
    standbyTasks: tasks,
    warmupTasks: tasks,
    processId: string().nullable().default(null),
    userEndpoint: endpoint.nullable().default(null),
    clientTags: keyValues.nullable().default(null),
    taskOffsets,
    taskEndOffsets: taskOffsets,
    shutdownApplication: bool().default(false),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string().nullable().default(null),
    memberId: string(),
    memberEpoch: int32(),
    heartbeatIntervalMs: int32(),
    acceptableRecoveryLag: int32(),
    taskOffsetIntervalMs: int32(),
    status: array({ statusCode: int8(), statusDetail: string() }).nullable(),
    activeTasks: tasks,
    standbyTasks: tasks,
    warmupTasks: tasks,
    endpointInformationEpoch: int32(),
    partitionsByUserEndpoint: array({
      userEndpoint: endpoint,
      activePartitions: topicPartitions,
      standbyPartitions: topicPartitions,
    })
      .nullable()
      .default(null),
  },
});
