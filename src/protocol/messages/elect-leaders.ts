import { controllerMoved } from '../retries.js';
import { api, array, int8, int16, int32, string } from '../schema.js';

export const electLeaders = api({
  key: 43,
  name: 'ElectLeaders',
  versions: [0, 2],
  flexible: 2,
  retries: controllerMoved,
  changes: true,
  request: {
    /** 0 the preferred leader, 1 an unclean election. */
    electionType: int8().since(1),
    /** Null elects for all. */
    topicPartitions: array({ topic: string(), partitions: array(int32()) }).nullable(),
    timeoutMs: int32().default(60_000),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16().since(1),
    replicaElectionResults: array({
      topic: string(),
      partitionResult: array({
        partitionId: int32(),
        errorCode: int16(),
        errorMessage: string().nullable(),
      }),
    }),
  },
});
