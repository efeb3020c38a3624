import { api, array, int16, int32, string } from '../schema.js';

/** Moves replicas between the log directories of the broker that is asked (KIP-113). */
export const alterReplicaLogDirs = api({
  key: 34,
  name: 'AlterReplicaLogDirs',
  versions: [1, 2],
  flexible: 2,
  changes: true,
  request: {
    /** Path: where the replicas go. */
    dirs: array({ path: string(), topics: array({ name: string(), partitions: array(int32()) }) }),
  },
  response: {
    throttleTimeMs: int32(),
    results: array({
      topicName: string(),
      partitions: array({ partitionIndex: int32(), errorCode: int16() }),
    }),
  },
});
