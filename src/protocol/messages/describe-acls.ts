import { api, array, int8, int16, int32, string } from '../schema.js';

export const describeAcls = api({
  key: 29,
  name: 'DescribeAcls',
  versions: [1, 3],
  flexible: 2,
  request: {
    resourceTypeFilter: int8(),
    resourceNameFilter: string().nullable(),
    patternTypeFilter: int8().default(3),
    principalFilter: string().nullable(),
    hostFilter: string().nullable(),
    operation: int8(),
    permissionType: int8(),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string().nullable(),
    resources: array({
      resourceType: int8(),
      resourceName: string(),
      patternType: int8().default(3),
      acls: array({ principal: string(), host: string(), operation: int8(), permissionType: int8() }),
    }),
  },
});
