import { api, array, bool, float64, int8, int16, int32, string } from '../schema.js';

/** KIP-546; brokers from Kafka 2.6. */
export const describeClientQuotas = api({
  key: 48,
  name: 'DescribeClientQuotas',
  versions: [0, 1],
  flexible: 1,
  request: {
    /** Match types: 0 this name, 1 the default, 2 any name. */
    components: array({ entityType: string(), matchType: int8(), match: string().nullable() }),
    /** Leaves out entities with other components than these. */
    strict: bool(),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string().nullable(),
    entries: array({
      /** A name that is null stands for the default. */
      entity: array({ entityType: string(), entityName: string().nullable() }),
      values: array({ key: string(), value: float64() }),
    }).nullable(),
  },
});
