import { array, int8, int16, int32, int64, string } from '../schema.js';
import type { StoredRecord } from './stored-record.js';

/** Of transactional ids (KIP-98), in __transaction_state. */
export const transactionRecords: readonly StoredRecord[] = [
  {
    type: 0,
    name: 'TransactionLog',
    key: { transactionalId: string() },
    versions: [0, 1],
    flexible: 1,
    fields: {
      producerId: int64(),
      previousProducerId: int64().tag(0, 1).default(-1n),
      nextProducerId: int64().tag(1, 1).default(-1n),
      producerEpoch: int16(),
      nextProducerEpoch: int16().tag(3, 1).default(-1),
      transactionTimeoutMs: int32(),
      transactionStatus: int8(),
      transactionPartitions: array({ topic: string(), partitionIds: array(int32()) }).nullable(),
      transactionLastUpdateTimestampMs: int64(),
      transactionStartTimestampMs: int64(),
      clientTransactionVersion: int16().tag(2, 1),
    },
  },
];
