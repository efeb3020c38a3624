import { controllerMoved } from '../retries.js';
import { api, array, bool, int16, int32, string } from '../schema.js';

export const createPartitions = api({
  key: 37,
  name: 'CreatePartitions',
  versions: [0, 3],
  flexible: 2,
  retries: controllerMoved,
  changes: true,
  request: {
    topics: array({
      name: string(),
      /** The number of partitions in all, not of new ones. */
      count: int32(),
      assignments: array({ brokerIds: array(int32()) }).nullable(),
    }),
    timeoutMs: int32(),
    validateOnly: bool(),
  },
  response: {
    throttleTimeMs: int32(),
    results: array({
      name: string(),
      errorCode: int16(),
      errorMessage: string().nullable().default(null),
    }),
  },
});
