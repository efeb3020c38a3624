import { leaderMoved } from '../retries.js';
import { api, array, bool, int8, int16, int32, int64, string } from '../schema.js';

/** Ends a transaction in partitions: what its coordinator does, and what an administrator does for one that hangs. */
export const writeTxnMarkers = api({
  key: 27,
  name: 'WriteTxnMarkers',
  versions: [1, 2],
  flexible: 1,
  retries: leaderMoved,
  changes: true,
  request: {
    markers: array({
      producerId: int64(),
      producerEpoch: int16(),
      /** True commits, false aborts. */
      transactionResult: bool(),
      topics: array({ name: string(), partitionIndexes: array(int32()) }),
      coordinatorEpoch: int32(),
      transactionVersion: int8().since(2).ignorable(),
    }),
  },
  response: {
    markers: array({
      producerId: int64(),
      topics: array({
        name: string(),
        partitions: array({ partitionIndex: int32(), errorCode: int16() }),
      }),
    }),
  },
});
