import { leaderMoved } from '../retries.js';
import { api, array, int16, int32, int64, string } from '../schema.js';

export const deleteRecords = api({
  key: 21,
  name: 'DeleteRecords',
  versions: [0, 2],
  flexible: 2,
  retries: leaderMoved,
  changes: true,
  request: {
    topics: array({
      name: string(),
      /** Offset: the first to keep; -1 stands for the high watermark. */
      partitions: array({ partitionIndex: int32(), offset: int64() }),
    }),
    timeoutMs: int32(),
  },
  response: {
    throttleTimeMs: int32(),
    topics: array({
      name: string(),
      partitions: array({ partitionIndex: int32(), lowWatermark: int64(), errorCode: int16() }),
    }),
  },
});
