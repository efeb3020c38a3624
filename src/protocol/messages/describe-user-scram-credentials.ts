import { controllerMoved } from '../retries.js';
import { api, array, int8, int16, int32, string } from '../schema.js';

export const describeUserScramCredentials = api({
  key: 50,
  name: 'DescribeUserScramCredentials',
  versions: [0, 0],
  flexible: 0,
  retries: controllerMoved,
  request: {
    /** null for all users. */
    users: array({ name: string() }).nullable(),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string().nullable(),
    results: array({
      user: string(),
      errorCode: int16(),
      errorMessage: string().nullable(),
      credentialInfos: array({ mechanism: int8(), iterations: int32() }),
    }),
  },
});
