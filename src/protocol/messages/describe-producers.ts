import { leaderMoved } from '../retries.js';
import { api, array, int16, int32, int64, string } from '../schema.js';

/** The producers that a partition's leader knows, for Kafka 2.8 and later (KIP-664). */
export const describeProducers = api({
  key: 61,
  name: 'DescribeProducers',
  versions: [0, 0],
  flexible: 0,
  retries: leaderMoved,
  request: { topics: array({ name: string(), partitionIndexes: array(int32()) }) },
  response: {
    throttleTimeMs: int32(),
    topics: array({
      name: string(),
      partitions: array({
        partitionIndex: int32(),
        errorCode: int16(),
        errorMessage: string().nullable().default(null),
        activeProducers: array({
          producerId: int64(),
          producerEpoch: int32(),
          lastSequence: int32().default(-1),
          lastTimestamp: int64().default(-1n),
          coordinatorEpoch: int32(),
          /** -1 outside of a transaction. */
          currentTxnStartOffset: int64().default(-1n),
        }),
      }),
    }),
  },
});
