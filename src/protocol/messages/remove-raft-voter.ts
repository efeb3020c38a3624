import { leaderMoved } from '../retries.js';
import { api, int16, int32, string, uuid } from '../schema.js';

/** KIP-853. */
export const removeRaftVoter = api({
  key: 81,
  name: 'RemoveRaftVoter',
  versions: [0, 0],
  flexible: 0,
  retries: leaderMoved,
  changes: true,
  request: { clusterId: string().nullable(), voterId: int32(), voterDirectoryId: uuid() },
  response: { throttleTimeMs: int32(), errorCode: int16(), errorMessage: string().nullable().ignorable() },
});
