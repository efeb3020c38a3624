import { controllerMoved } from '../retries.js';
import { api, int16, int32, string } from '../schema.js';

/** KRaft only (KIP-500): forgets a broker that will not come back. */
export const unregisterBroker = api({
  key: 64,
  name: 'UnregisterBroker',
  versions: [0, 0],
  flexible: 0,
  retries: controllerMoved,
  changes: true,
  request: { brokerId: int32() },
  response: { throttleTimeMs: int32(), errorCode: int16(), errorMessage: string().nullable() },
});
