import { leaderMoved } from '../retries.js';
import { api, array, int8, int16, int32, int64, string } from '../schema.js';

export const listOffsets = api({
  key: 2,
  name: 'ListOffsets',
  versions: [1, 11],
  flexible: 6,
  retries: [...leaderMoved, 'OFFSET_NOT_AVAILABLE', 'REPLICA_NOT_AVAILABLE'],
  request: {
    /** -1 for a client. */
    replicaId: int32(),
    isolationLevel: int8().since(2),
    topics: array({
      name: string(),
      partitions: array({
        partitionIndex: int32(),
        currentLeaderEpoch: int32().since(4).default(-1).ignorable(),
        /** Epoch milliseconds, or -1 for the end, -2 for the beginning and other such signs of later versions. */
        timestamp: int64(),
      }),
    }),
    timeoutMs: int32().since(10).ignorable(),
  },
  response: {
    throttleTimeMs: int32().since(2),
    topics: array({
      name: string(),
      partitions: array({
        partitionIndex: int32(),
        errorCode: int16(),
        timestamp: int64().default(-1n),
        offset: int64().default(-1n),
        leaderEpoch: int32().since(4).default(-1),
      }),
    }),
  },
});
