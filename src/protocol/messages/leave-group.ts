import { coordinatorMoved } from '../retries.js';
import { api, array, int16, int32, string } from '../schema.js';

/** Version 3 lets several members leave at once (KIP-345). */
export const leaveGroup = api({
  key: 13,
  name: 'LeaveGroup',
  versions: [0, 5],
  flexible: 4,
  retries: coordinatorMoved,
  request: {
    groupId: string(),
    memberId: string().versions(0, 2),
    members: array({
      memberId: string(),
      groupInstanceId: string().nullable().default(null),
      reason: string().since(5).nullable().default(null).ignorable(),
    }).since(3),
  },
  response: {
    throttleTimeMs: int32().since(1),
    errorCode: int16(),
    members: array({
      memberId: string(),
      groupInstanceId: string().nullable(),
      errorCode: int16(),
    }).since(3),
  },
});
