import { leaderMoved } from '../retries.js';
import { api, array, bool, int16, int32, string, uint16, uuid } from '../schema.js';

/** KIP-853: makes a controller that follows the quorum one of its voters. */
export const addRaftVoter = api({
  key: 80,
  name: 'AddRaftVoter',
  versions: [0, 1],
  flexible: 0,
  retries: leaderMoved,
  changes: true,
  request: {
    clusterId: string().nullable(),
    timeoutMs: int32(),
    voterId: int32(),
    voterDirectoryId: uuid(),
    listeners: array({ name: string(), host: string(), port: uint16() }),
    ackWhenCommitted: bool().since(1).default(true),
  },
  response: { throttleTimeMs: int32(), errorCode: int16(), errorMessage: string().nullable().ignorable() },
});
