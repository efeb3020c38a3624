import { leaderMoved } from '../retries.js';
import { api, array, int16, int32, int64, string, uint16, uuid } from '../schema.js';

const replicaStates = array({
  replicaId: int32(),
  replicaDirectoryId: uuid().since(2),
  logEndOffset: int64(),
  lastFetchTimestamp: int64().since(1).default(-1n),
  lastCaughtUpTimestamp: int64().since(1).default(-1n),
});

/** KRaft only (KIP-595): the leader of `__cluster_metadata` partition 0 is the controller. */
export const describeQuorum = api({
  key: 55,
  name: 'DescribeQuorum',
  versions: [0, 2],
  flexible: 0,
  retries: leaderMoved,
  request: { topics: array({ topicName: string(), partitions: array({ partitionIndex: int32() }) }) },
  response: {
    errorCode: int16(),
    errorMessage: string().since(2).nullable(),
    topics: array({
      topicName: string(),
      partitions: array({
        partitionIndex: int32(),
        errorCode: int16(),
        errorMessage: string().since(2).nullable(),
        leaderId: int32(),
        leaderEpoch: int32(),
        highWatermark: int64(),
        currentVoters: replicaStates,
        observers: replicaStates,
      }),
    }),
    nodes: array({
      nodeId: int32(),
      listeners: array({ name: string(), host: string(), port: uint16() }),
    }).since(2),
  },
});
