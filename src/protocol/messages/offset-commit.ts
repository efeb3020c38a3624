import { coordinatorMoved } from '../retries.js';
import { api, array, int16, int32, int64, string, uuid } from '../schema.js';

export const offsetCommit = api({
  key: 8,
  name: 'OffsetCommit',
  versions: [2, 10],
  flexible: 8,
  retries: coordinatorMoved,
  request: {
    groupId: string(),
    generationIdOrMemberEpoch: int32().default(-1),
    memberId: string().default(''),
    groupInstanceId: string().since(7).nullable().default(null),
    retentionTimeMs: int64().versions(2, 4).default(-1n).ignorable(),
    topics: array({
      name: string().versions(0, 9).ignorable(),
      topicId: uuid().since(10).ignorable(),
      partitions: array({
        partitionIndex: int32(),
        committedOffset: int64(),
        committedLeaderEpoch: int32().since(6).default(-1).ignorable(),
        committedMetadata: string().nullable(),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32().since(3),
    topics: array({
      name: string().versions(0, 9),
      topicId: uuid().since(10),
      partitions: array({ partitionIndex: int32(), errorCode: int16() }),
    }),
  },
});
