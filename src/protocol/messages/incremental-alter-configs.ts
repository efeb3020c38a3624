import { controllerMoved } from '../retries.js';
import { api, array, bool, int8, int16, int32, string } from '../schema.js';

export const incrementalAlterConfigs = api({
  key: 44,
  name: 'IncrementalAlterConfigs',
  versions: [0, 1],
  flexible: 1,
  retries: controllerMoved,
  changes: true,
  request: {
    resources: array({
      resourceType: int8(),
      resourceName: string(),
      /** Operations: 0 set, 1 delete, 2 append, 3 subtract. */
      configs: array({ name: string(), configOperation: int8(), value: string().nullable() }),
    }),
    validateOnly: bool(),
  },
  response: {
    throttleTimeMs: int32(),
    responses: array({
      errorCode: int16(),
      errorMessage: string().nullable(),
      resourceType: int8(),
      resourceName: string(),
    }),
  },
});
