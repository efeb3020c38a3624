import { coordinatorMoved } from '../retries.js';
import { api, int16, int32, string } from '../schema.js';

export const heartbeat = api({
  key: 12,
  name: 'Heartbeat',
  versions: [0, 4],
  flexible: 4,
  retries: coordinatorMoved,
  request: {
    groupId: string(),
    generationId: int32(),
    memberId: string(),
    groupInstanceId: string().since(3).nullable().default(null),
  },
  response: { throttleTimeMs: int32().since(1), errorCode: int16() },
});
