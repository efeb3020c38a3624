import { coordinatorMoved } from '../retries.js';
import { api, array, int16, int32, string, uuid } from '../schema.js';

/** Forgets where an empty share group stands in topics (KIP-932): whole topics, never single partitions. */
export const deleteShareGroupOffsets = api({
  key: 92,
  name: 'DeleteShareGroupOffsets',
  versions: [0, 0],
  flexible: 0,
  retries: coordinatorMoved,
  changes: true,
  request: { groupId: string(), topics: array({ topicName: string() }) },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string().nullable().default(null),
    responses: array({
      topicName: string(),
      topicId: uuid(),
      errorCode: int16(),
      errorMessage: string().nullable().default(null),
    }),
  },
});
