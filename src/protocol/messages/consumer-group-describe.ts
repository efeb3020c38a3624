import { coordinatorMoved } from '../retries.js';
import { api, array, bool, int8, int16, int32, string, struct, uuid } from '../schema.js';
import { authorizedOperationsUnknown } from './metadata.js';

const assignment = struct({
  topicPartitions: array({ topicId: uuid(), topicName: string(), partitions: array(int32()) }),
});

/** Groups of the new consumer protocol (KIP-848). */
export const consumerGroupDescribe = api({
  key: 69,
  name: 'ConsumerGroupDescribe',
  versions: [0, 1],
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
      assignorName: string(),
      members: array({
        memberId: string(),
        instanceId: string().nullable().default(null),
        rackId: string().nullable().default(null),
        memberEpoch: int32(),
        clientId: string(),
        clientHost: string(),
        subscribedTopicNames: array(string()),
        subscribedTopicRegex: string().nullable().default(null),
        assignment,
        targetAssignment: assignment,
        memberType: int8().since(1).default(-1),
      }),
      authorizedOperations: int32().default(authorizedOperationsUnknown),
    }),
  },
});
