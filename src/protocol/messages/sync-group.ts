import { coordinatorMoved } from '../retries.js';
import { api, array, bytes, int16, int32, string } from '../schema.js';

export const syncGroup = api({
  key: 14,
  name: 'SyncGroup',
  versions: [0, 5],
  flexible: 4,
  retries: coordinatorMoved,
  request: {
    groupId: string(),
    generationId: int32(),
    memberId: string(),
    groupInstanceId: string().since(3).nullable().default(null),
    protocolType: string().since(5).nullable().default(null).ignorable(),
    protocolName: string().since(5).nullable().default(null).ignorable(),
    assignments: array({ memberId: string(), assignment: bytes() }),
  },
  response: {
    throttleTimeMs: int32().since(1),
    errorCode: int16(),
    protocolType: string().since(5).nullable().default(null),
    protocolName: string().since(5).nullable().default(null),
    assignment: bytes(),
  },
});
