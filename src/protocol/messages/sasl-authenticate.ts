import { api, bytes, int16, int64, string } from '../schema.js';

export const saslAuthenticate = api({
  key: 36,
  name: 'SaslAuthenticate',
  versions: [0, 2],
  flexible: 2,
  request: { authBytes: bytes() },
  response: {
    errorCode: int16(),
    errorMessage: string().nullable(),
    authBytes: bytes(),
    sessionLifetimeMs: int64().since(1),
  },
});
