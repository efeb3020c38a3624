import { controllerMoved } from '../retries.js';
import { api, array, int16, int32, string } from '../schema.js';

export const listPartitionReassignments = api({
  key: 46,
  name: 'ListPartitionReassignments',
  versions: [0, 0],
  flexible: 0,
  retries: controllerMoved,
  request: {
    timeoutMs: int32().default(60_000),
    /** Null asks for all. */
    topics: array({ name: string(), partitionIndexes: array(int32()) })
      .nullable()
      .default(null),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string().nullable(),
    topics: array({
      name: string(),
      partitions: array({
        partitionIndex: int32(),
        replicas: array(int32()),
        addingReplicas: array(int32()),
        removingReplicas: array(int32()),
      }),
    }),
  },
});
