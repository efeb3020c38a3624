import { coordinatorMoved } from '../retries.js';
import { api, array, int16, int32, int64, string, uuid } from '../schema.js';

/** Where share groups stand in partitions (KIP-932), and how much is left (KIP-1226). */
export const describeShareGroupOffsets = api({
  key: 90,
  name: 'DescribeShareGroupOffsets',
  versions: [0, 1],
  flexible: 0,
  retries: coordinatorMoved,
  request: {
    groups: array({
      groupId: string(),
      topics: array({ topicName: string(), partitions: array(int32()) }).nullable(),
    }),
  },
  response: {
    throttleTimeMs: int32(),
    groups: array({
      groupId: string(),
      topics: array({
        topicName: string(),
        topicId: uuid(),
        partitions: array({
          partitionIndex: int32(),
          startOffset: int64(),
          leaderEpoch: int32(),
          lag: int64().since(1).ignorable().default(-1n),
          errorCode: int16(),
          errorMessage: string().nullable().default(null),
        }),
      }),
      errorCode: int16(),
      errorMessage: string().nullable().default(null),
    }),
  },
});
