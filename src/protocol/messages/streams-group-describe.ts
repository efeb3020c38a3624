import { coordinatorMoved } from '../retries.js';
import { api, array, bool, int16, int32, int64, string, struct, uint16 } from '../schema.js';
import { authorizedOperationsUnknown } from './metadata.js';

const keyValues = array({ key: string(), value: string() });
const tasks = array({ subtopologyId: string(), partitions: array(int32()) });
const assignment = struct({ activeTasks: tasks, standbyTasks: tasks, warmupTasks: tasks });
const taskOffsets = array({ subtopologyId: string(), partition: int32(), offset: int64() });
const topics = array({
  name: string(),
  partitions: int32(),
  replicationFactor: int16(),
  topicConfigs: keyValues,
});

/** Groups of Kafka Streams (KIP-1071). */
export const streamsGroupDescribe = api({
  key: 89,
  name: 'StreamsGroupDescribe',
  versions: [0, 0],
  flexible: 0,
  retries: coordinatorMoved,
  request: { groupIds: array(string()), includeAuthorizedOperations: bool() },
  response: {
    throttleTimeMs: int32(),
    groups: array({
      errorCode: int16(),
      errorMessage: string().nullable().default(null),
      groupId: string(),
      groupState: string(),
      groupEpoch: int32(),
      assignmentEpoch: int32(),
      topology: struct({
        epoch: int32(),
        subtopologies: array({
          subtopologyId: string(),
          sourceTopics: array(string()),
          repartitionSinkTopics: array(string()),
          stateChangelogTopics: topics,
          repartitionSourceTopics: topics,
        })
          .nullable()
          .default(null),
      })
        .nullable()
        .default(null),
      members: array({
        memberId: string(),
        memberEpoch: int32(),
        instanceId: string().nullable().default(null),
        rackId: string().nullable().default(null),
        clientId: string(),
        clientHost: string(),
        topologyEpoch: int32(),
        processId: string(),
        userEndpoint: struct({ host: string(), port: uint16() }).nullable().default(null),
        clientTags: keyValues,
        taskOffsets,
        taskEndOffsets: taskOffsets,
        assignment,
        targetAssignment: assignment,
        isClassic: bool(),
      }),
      authorizedOperations: int32().default(authorizedOperationsUnknown),
    }),
  },
});
