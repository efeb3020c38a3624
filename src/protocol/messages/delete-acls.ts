import { controllerMoved } from '../retries.js';
import { api, array, int8, int16, int32, string } from '../schema.js';

export const deleteAcls = api({
  key: 31,
  name: 'DeleteAcls',
  versions: [1, 3],
  flexible: 2,
  retries: controllerMoved,
  changes: true,
  request: {
    filters: array({
      resourceTypeFilter: int8(),
      resourceNameFilter: string().nullable(),
      patternTypeFilter: int8().default(3),
      principalFilter: string().nullable(),
      hostFilter: string().nullable(),
      operation: int8(),
      permissionType: int8(),
    }),
  },
  response: {
    throttleTimeMs: int32(),
    /** In the order of the filters. */
    filterResults: array({
      errorCode: int16(),
      errorMessage: string().nullable(),
      matchingAcls: array({
        errorCode: int16(),
        errorMessage: string().nullable(),
        resourceType: int8(),
        resourceName: string(),
        patternType: int8().default(3),
        principal: string(),
        host: string(),
        operation: int8(),
        permissionType: int8(),
      }),
    }),
  },
});
