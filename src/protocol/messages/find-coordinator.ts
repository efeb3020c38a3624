import { api, array, int8, int16, int32, string } from '../schema.js';

/** Version 4 asks for several coordinators at once (KIP-699) and moves everything into arrays. */
export const findCoordinator = api({
  key: 10,
  name: 'FindCoordinator',
  versions: [0, 6],
  flexible: 3,
  retries: ['COORDINATOR_NOT_AVAILABLE', 'COORDINATOR_LOAD_IN_PROGRESS'],
  request: {
    key: string().versions(0, 3),
    /** 0 a group, 1 a transactional id, 2 a share group. */
    keyType: int8().since(1),
    coordinatorKeys: array(string()).since(4),
  },
  response: {
    throttleTimeMs: int32().since(1),
    errorCode: int16().versions(0, 3),
    errorMessage: string().versions(1, 3).nullable(),
    nodeId: int32().versions(0, 3),
    host: string().versions(0, 3),
    port: int32().versions(0, 3),
    coordinators: array({
      key: string(),
      nodeId: int32(),
      host: string(),
      port: int32(),
      errorCode: int16(),
      errorMessage: string().nullable(),
    }).since(4),
  },
});
