import { controllerMoved } from '../retries.js';
import { api, array, int8, int16, int32, string } from '../schema.js';

/** Codes are those of Kafka's enums in org.apache.kafka.common.resource and .acl. */
export const createAcls = api({
  key: 30,
  name: 'CreateAcls',
  versions: [1, 3],
  flexible: 2,
  retries: controllerMoved,
  changes: true,
  request: {
    creations: array({
      resourceType: int8(),
      resourceName: string(),
      resourcePatternType: int8().default(3),
      principal: string(),
      host: string(),
      operation: int8(),
      permissionType: int8(),
    }),
  },
  response: {
    throttleTimeMs: int32(),
    /** In the order of the creations. */
    results: array({ errorCode: int16(), errorMessage: string().nullable() }),
  },
});
