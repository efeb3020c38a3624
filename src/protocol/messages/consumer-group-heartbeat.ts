import { coordinatorMoved } from '../retries.js';
import { api, array, int16, int32, string, struct, uuid } from '../schema.js';

const topicPartitions = array({ topicId: uuid(), partitions: array(int32()) });

/** Joins, holds on to and leaves a group of the new consumer protocol (KIP-848). */
export const consumerGroupHeartbeat = api({
  key: 68,
  name: 'ConsumerGroupHeartbeat',
  versions: [0, 1],
  flexible: 0,
  retries: coordinatorMoved,
  request: {
    groupId: string(),
    memberId: string(),
    /** 0 joins, -1 leaves, -2 leaves as a static member that will be back. */
    memberEpoch: int32(),
    instanceId: string().nullable().default(null),
    rackId: string().nullable().default(null),
    rebalanceTimeoutMs: int32().default(-1),
    subscribedTopicNames: array(string()).nullable().default(null),
    subscribedTopicRegex: string().since(1).nullable(1).default(null),
    serverAssignor: string().nullable().default(null),
    /** What the member holds; null where that is as it was. */
    topicPartitions: topicPartitions.nullable().default(null),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string().nullable().default(null),
    memberId: string().nullable().default(null),
    memberEpoch: int32(),
    heartbeatIntervalMs: int32(),
    /** What the member may hold from now on; null where that is as it was. */
    assignment: struct({ topicPartitions }).nullable().default(null),
  },
});
