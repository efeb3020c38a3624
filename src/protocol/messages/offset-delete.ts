import { coordinatorMoved } from '../retries.js';
import { api, array, int16, int32, string } from '../schema.js';

/** Removes what a group has committed for partitions of topics that it is not subscribed to (KIP-496). */
export const offsetDelete = api({
  key: 47,
  name: 'OffsetDelete',
  versions: [0, 0],
  retries: coordinatorMoved,
  changes: true,
  request: {
    groupId: string(),
    topics: array({ name: string(), partitions: array({ partitionIndex: int32() }) }),
  },
  response: {
    errorCode: int16(),
    throttleTimeMs: int32().ignorable(),
    topics: array({
      name: string(),
      partitions: array({ partitionIndex: int32(), errorCode: int16() }),
    }),
  },
});
