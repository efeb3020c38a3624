import { transactionBusy } from '../retries.js';
import { api, array, int16, int32, int64, string } from '../schema.js';

/** Versions from 4 on (KIP-890) are for brokers alone, and need cluster authorization. */
export const addPartitionsToTxn = api({
  key: 24,
  name: 'AddPartitionsToTxn',
  versions: [0, 3],
  flexible: 3,
  retries: transactionBusy,
  request: {
    v3AndBelowTransactionalId: string(),
    v3AndBelowProducerId: int64(),
    v3AndBelowProducerEpoch: int16(),
    v3AndBelowTopics: array({ name: string(), partitions: array(int32()) }),
  },
  response: {
    throttleTimeMs: int32(),
    resultsByTopicV3AndBelow: array({
      name: string(),
      resultsByPartition: array({ partitionIndex: int32(), partitionErrorCode: int16() }),
    }),
  },
});
