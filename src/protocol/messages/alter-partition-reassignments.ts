import { controllerMoved } from '../retries.js';
import { api, array, bool, int16, int32, string } from '../schema.js';

export const alterPartitionReassignments = api({
  key: 45,
  name: 'AlterPartitionReassignments',
  versions: [0, 1],
  flexible: 0,
  retries: controllerMoved,
  changes: true,
  request: {
    timeoutMs: int32().default(60_000),
    allowReplicationFactorChange: bool().since(1).default(true),
    topics: array({
      name: string(),
      partitions: array({
        partitionIndex: int32(),
        /** Null cancels a reassignment that is under way. */
        replicas: array(int32()).nullable().default(null),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32(),
    allowReplicationFactorChange: bool().since(1).default(true),
    errorCode: int16(),
    errorMessage: string().nullable(),
    responses: array({
      name: string(),
      partitions: array({
        partitionIndex: int32(),
        errorCode: int16(),
        errorMessage: string().nullable(),
      }),
    }),
  },
});
