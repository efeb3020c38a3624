import { coordinatorMoved } from '../retries.js';
import { api, array, int16, int32, int64, string } from '../schema.js';

/** A broker lists the transactions that it coordinates: ask every one. */
export const listTransactions = api({
  key: 66,
  name: 'ListTransactions',
  versions: [0, 2],
  flexible: 0,
  retries: coordinatorMoved,
  request: {
    stateFilters: array(string()),
    producerIdFilters: array(int64()),
    durationFilter: int64().since(1).default(-1n),
    transactionalIdPattern: string().since(2).nullable(2).default(null),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    unknownStateFilters: array(string()),
    transactionStates: array({
      transactionalId: string(),
      producerId: int64(),
      transactionState: string(),
    }),
  },
});
