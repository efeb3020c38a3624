import { leaderMoved } from '../retries.js';
import { api, array, int16, int32, int64, string } from '../schema.js';

export const offsetForLeaderEpoch = api({
  key: 23,
  name: 'OffsetForLeaderEpoch',
  versions: [2, 4],
  flexible: 4,
  retries: leaderMoved,
  request: {
    /** -1 for a consumer. */
    replicaId: int32().since(3).default(-2).ignorable(),
    topics: array({
      topic: string(),
      partitions: array({
        partition: int32(),
        currentLeaderEpoch: int32().default(-1),
        leaderEpoch: int32(),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32(),
    topics: array({
      topic: string(),
      partitions: array({
        errorCode: int16(),
        partition: int32(),
        leaderEpoch: int32().default(-1),
        endOffset: int64().default(-1n),
      }),
    }),
  },
});
