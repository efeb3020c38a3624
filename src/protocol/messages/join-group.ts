import { coordinatorMoved } from '../retries.js';
import { api, array, bool, bytes, int16, int32, string } from '../schema.js';

export const joinGroup = api({
  key: 11,
  name: 'JoinGroup',
  versions: [0, 9],
  flexible: 6,
  retries: coordinatorMoved,
  request: {
    groupId: string(),
    sessionTimeoutMs: int32(),
    rebalanceTimeoutMs: int32().since(1).default(-1).ignorable(),
    memberId: string(),
    groupInstanceId: string().since(5).nullable().default(null),
    protocolType: string(),
    protocols: array({ name: string(), metadata: bytes() }),
    reason: string().since(8).nullable().default(null).ignorable(),
  },
  response: {
    throttleTimeMs: int32().since(2),
    errorCode: int16(),
    generationId: int32().default(-1),
    protocolType: string().since(7).nullable().default(null),
    protocolName: string().nullable(7),
    leader: string(),
    skipAssignment: bool().since(9),
    memberId: string(),
    members: array({
      memberId: string(),
      groupInstanceId: string().since(5).nullable().default(null),
      metadata: bytes(),
    }),
  },
});
