import { coordinatorMoved } from '../retries.js';
import { api, array, int16, int32, string } from '../schema.js';

/** A broker lists the groups that it coordinates: ask every one. */
export const listGroups = api({
  key: 16,
  name: 'ListGroups',
  versions: [0, 5],
  flexible: 3,
  retries: coordinatorMoved,
  request: { statesFilter: array(string()).since(4), typesFilter: array(string()).since(5) },
  response: {
    throttleTimeMs: int32().since(1),
    errorCode: int16(),
    groups: array({
      groupId: string(),
      protocolType: string(),
      groupState: string().since(4),
      groupType: string().since(5),
    }),
  },
});
