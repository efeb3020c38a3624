import { coordinatorMoved } from '../retries.js';
import { api, array, int16, int32, string } from '../schema.js';

export const deleteGroups = api({
  key: 42,
  name: 'DeleteGroups',
  versions: [0, 2],
  flexible: 2,
  retries: coordinatorMoved,
  changes: true,
  request: { groupsNames: array(string()) },
  response: {
    throttleTimeMs: int32(),
    results: array({ groupId: string(), errorCode: int16() }),
  },
});
