import { controllerMoved } from '../retries.js';
import { api, array, bool, int8, int16, int32, string, uuid } from '../schema.js';

export const createTopics = api({
  key: 19,
  name: 'CreateTopics',
  versions: [2, 7],
  flexible: 5,
  retries: controllerMoved,
  changes: true,
  request: {
    topics: array({
      name: string(),
      numPartitions: int32(),
      replicationFactor: int16(),
      assignments: array({ partitionIndex: int32(), brokerIds: array(int32()) }),
      configs: array({ name: string(), value: string().nullable() }),
    }),
    timeoutMs: int32().default(60_000),
    validateOnly: bool().default(false),
  },
  response: {
    throttleTimeMs: int32(),
    topics: array({
      name: string(),
      topicId: uuid().since(7),
      errorCode: int16(),
      errorMessage: string().nullable(),
      topicConfigErrorCode: int16().tag(0, 5),
      numPartitions: int32().since(5).default(-1),
      replicationFactor: int16().since(5).default(-1),
      configs: array({
        name: string(),
        value: string().nullable(),
        readOnly: bool(),
        configSource: int8().default(-1),
        isSensitive: bool(),
      })
        .since(5)
        .nullable(),
    }),
  },
});
