import { transactionBusy } from '../retries.js';
import { api, bool, int16, int32, int64, string } from '../schema.js';

/** Version 5 moves the producer to a new epoch, and is for clusters with `transaction.version` 2 (KIP-890). */
export const endTxn = api({
  key: 26,
  name: 'EndTxn',
  versions: [0, 5],
  flexible: 3,
  retries: transactionBusy,
  changes: true,
  request: {
    transactionalId: string(),
    producerId: int64(),
    producerEpoch: int16(),
    committed: bool(),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    producerId: int64().since(5).default(-1n),
    producerEpoch: int16().since(5).default(-1),
  },
});
