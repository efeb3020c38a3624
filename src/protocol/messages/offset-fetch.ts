import { coordinatorMoved } from '../retries.js';
import { api, array, bool, int16, int32, int64, string, uuid } from '../schema.js';

/** Version 8 asks for several groups at once (KIP-709) and moves everything into `groups`. */
export const offsetFetch = api({
  key: 9,
  name: 'OffsetFetch',
  versions: [1, 10],
  flexible: 6,
  retries: [...coordinatorMoved, 'UNSTABLE_OFFSET_COMMIT'],
  request: {
    groupId: string().versions(0, 7),
    /** Null asks for all. */
    topics: array({ name: string(), partitionIndexes: array(int32()) })
      .versions(0, 7)
      .nullable(2),
    groups: array({
      groupId: string(),
      memberId: string().since(9).nullable().default(null).ignorable(),
      memberEpoch: int32().since(9).default(-1).ignorable(),
      /** Null asks for all. */
      topics: array({
        name: string().versions(8, 9).ignorable(),
        topicId: uuid().since(10).ignorable(),
        partitionIndexes: array(int32()),
      }).nullable(),
    }).since(8),
    requireStable: bool().since(7),
  },
  response: {
    throttleTimeMs: int32().since(3),
    topics: array({
      name: string(),
      partitions: array({
        partitionIndex: int32(),
        committedOffset: int64(),
        committedLeaderEpoch: int32().versions(5, 7).default(-1),
        metadata: string().nullable(),
        errorCode: int16(),
      }),
    }).versions(0, 7),
    errorCode: int16().versions(2, 7),
    groups: array({
      groupId: string(),
      topics: array({
        name: string().versions(8, 9),
        topicId: uuid().since(10),
        partitions: array({
          partitionIndex: int32(),
          committedOffset: int64(),
          committedLeaderEpoch: int32().default(-1),
          metadata: string().nullable(),
          errorCode: int16(),
        }),
      }),
      errorCode: int16(),
    }).since(8),
  },
});
