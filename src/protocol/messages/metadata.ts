import { api, array, bool, int16, int32, string, uuid } from '../schema.js';

/** Stands in `…AuthorizedOperations` for "not asked for". */
export const authorizedOperationsUnknown = -2147483648;

export const metadata = api({
  key: 3,
  name: 'Metadata',
  versions: [0, 13],
  flexible: 9,
  request: {
    topics: array({ topicId: uuid().since(10).ignorable(), name: string().nullable(10) }).nullable(1),
    allowAutoTopicCreation: bool().since(4).default(true),
    includeClusterAuthorizedOperations: bool().versions(8, 10),
    includeTopicAuthorizedOperations: bool().since(8),
  },
  response: {
    throttleTimeMs: int32().since(3),
    brokers: array({
      nodeId: int32(),
      host: string(),
      port: int32(),
      rack: string().since(1).nullable(1).default(null),
    }),
    clusterId: string().since(2).nullable(2).default(null),
    controllerId: int32().since(1).default(-1),
    topics: array({
      errorCode: int16(),
      name: string().nullable(12),
      topicId: uuid().since(10),
      isInternal: bool().since(1),
      partitions: array({
        errorCode: int16(),
        partitionIndex: int32(),
        leaderId: int32(),
        leaderEpoch: int32().since(7).default(-1),
        replicaNodes: array(int32()),
        isrNodes: array(int32()),
        offlineReplicas: array(int32()).since(5),
      }),
      topicAuthorizedOperations: int32().since(8).default(authorizedOperationsUnknown),
    }),
    clusterAuthorizedOperations: int32().versions(8, 10).default(authorizedOperationsUnknown),
    errorCode: int16().since(13),
  },
});
