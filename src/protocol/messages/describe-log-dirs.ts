import { api, array, bool, int16, int32, int64, string } from '../schema.js';

/** A broker knows its own log directories: ask every one. */
export const describeLogDirs = api({
  key: 35,
  name: 'DescribeLogDirs',
  versions: [1, 5],
  flexible: 2,
  request: {
    /** Null asks for all. */
    topics: array({ topic: string(), partitions: array(int32()) }).nullable(),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16().since(3),
    results: array({
      errorCode: int16(),
      logDir: string(),
      topics: array({
        name: string(),
        partitions: array({
          partitionIndex: int32(),
          partitionSize: int64(),
          offsetLag: int64(),
          isFutureKey: bool(),
        }),
      }),
      totalBytes: int64().since(4).default(-1n),
      usableBytes: int64().since(4).default(-1n),
      isCordoned: bool().since(5),
    }),
  },
});
