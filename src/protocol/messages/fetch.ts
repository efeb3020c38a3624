import { leaderMoved } from '../retries.js';
import { api, array, int8, int16, int32, int64, records, string, struct, uuid } from '../schema.js';

const maxInt32 = 0x7fffffff;
const maxInt64 = 0x7fffffffffffffffn;

export const fetch = api({
  key: 1,
  name: 'Fetch',
  versions: [4, 18],
  flexible: 12,
  retries: [...leaderMoved, 'OFFSET_NOT_AVAILABLE', 'REPLICA_NOT_AVAILABLE'],
  request: {
    clusterId: string().nullable(12).default(null).tag(0, 12).ignorable(),
    replicaId: int32().versions(0, 14).default(-1),
    replicaState: struct({ replicaId: int32().default(-1), replicaEpoch: int64().default(-1n) }).tag(1, 15),
    maxWaitMs: int32(),
    minBytes: int32(),
    maxBytes: int32().default(maxInt32),
    isolationLevel: int8().default(0),
    sessionId: int32().since(7).ignorable(),
    sessionEpoch: int32().since(7).default(-1).ignorable(),
    topics: array({
      topic: string().versions(0, 12).ignorable(),
      topicId: uuid().since(13).ignorable(),
      partitions: array({
        partition: int32(),
        currentLeaderEpoch: int32().since(9).default(-1).ignorable(),
        fetchOffset: int64(),
        lastFetchedEpoch: int32().since(12).default(-1),
        logStartOffset: int64().since(5).default(-1n).ignorable(),
        partitionMaxBytes: int32(),
        replicaDirectoryId: uuid().tag(0, 17).ignorable(),
        highWatermark: int64().default(maxInt64).tag(1, 18).ignorable(),
      }),
    }),
    forgottenTopicsData: array({
      topic: string().versions(7, 12).ignorable(),
      topicId: uuid().since(13).ignorable(),
      partitions: array(int32()),
    }).since(7),
    rackId: string().since(11).ignorable(),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16().since(7),
    sessionId: int32().since(7),
    responses: array({
      topic: string().versions(0, 12),
      topicId: uuid().since(13),
      partitions: array({
        partitionIndex: int32(),
        errorCode: int16(),
        highWatermark: int64(),
        lastStableOffset: int64().default(-1n),
        logStartOffset: int64().since(5).default(-1n),
        divergingEpoch: struct({ epoch: int32().default(-1), endOffset: int64().default(-1n) }).tag(0, 12),
        currentLeader: struct({ leaderId: int32().default(-1), leaderEpoch: int32().default(-1) }).tag(1, 12),
        snapshotId: struct({ endOffset: int64().default(-1n), epoch: int32().default(-1) }).tag(2, 12),
        abortedTransactions: array({ producerId: int64(), firstOffset: int64() }).nullable(),
        preferredReadReplica: int32().since(11).default(-1),
        records: records().nullable(),
      }),
    }),
    nodeEndpoints: array({
      nodeId: int32(),
      host: string(),
      port: int32(),
      rack: string().nullable().default(null),
    }).tag(0, 16),
  },
});
