import { controllerMoved } from '../retries.js';
import { api, array, bool, float64, int16, int32, string } from '../schema.js';

/** KIP-546; brokers from Kafka 2.6. */
export const alterClientQuotas = api({
  key: 49,
  name: 'AlterClientQuotas',
  versions: [0, 1],
  flexible: 1,
  retries: controllerMoved,
  changes: true,
  request: {
    entries: array({
      /** A name that is null stands for the default. */
      entity: array({ entityType: string(), entityName: string().nullable() }),
      ops: array({ key: string(), value: float64(), remove: bool() }),
    }),
    validateOnly: bool(),
  },
  response: {
    throttleTimeMs: int32(),
    entries: array({
      errorCode: int16(),
      errorMessage: string().nullable(),
      entity: array({ entityType: string(), entityName: string().nullable() }),
    }),
  },
});
