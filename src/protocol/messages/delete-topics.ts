import { controllerMoved } from '../retries.js';
import { api, array, int16, int32, string, uuid, zeroUuid } from '../schema.js';

export const deleteTopics = api({
  key: 20,
  name: 'DeleteTopics',
  versions: [1, 6],
  flexible: 4,
  retries: controllerMoved,
  changes: true,
  request: {
    topics: array({ name: string().nullable().default(null), topicId: uuid().default(zeroUuid) }).since(6),
    topicNames: array(string()).versions(0, 5).ignorable(),
    timeoutMs: int32(),
  },
  response: {
    throttleTimeMs: int32(),
    responses: array({
      name: string().nullable(6),
      topicId: uuid().since(6),
      errorCode: int16(),
      errorMessage: string().since(5).nullable().default(null),
    }),
  },
});
