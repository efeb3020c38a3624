import { api, array, bool, int8, int16, int32, string } from '../schema.js';
import { authorizedOperationsUnknown } from './metadata.js';

/** `endpointType` of KRaft's controllers (KIP-919); 1 are the brokers. */
export const controllersOnly = 2;

/** KIP-700; brokers from Kafka 2.8. */
export const describeCluster = api({
  key: 60,
  name: 'DescribeCluster',
  versions: [0, 2],
  flexible: 0,
  request: {
    includeClusterAuthorizedOperations: bool().default(false),
    endpointType: int8().since(1).default(1),
    includeFencedBrokers: bool().since(2),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string().nullable().default(null),
    endpointType: int8().since(1).default(1),
    clusterId: string(),
    controllerId: int32().default(-1),
    brokers: array({
      brokerId: int32(),
      host: string(),
      port: int32(),
      rack: string().nullable().default(null),
      isFenced: bool().since(2),
    }),
    clusterAuthorizedOperations: int32().default(authorizedOperationsUnknown),
  },
});
