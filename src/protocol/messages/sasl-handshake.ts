import { api, array, int16, string } from '../schema.js';

export const saslHandshake = api({
  key: 17,
  name: 'SaslHandshake',
  versions: [0, 1],
  request: { mechanism: string() },
  response: { errorCode: int16(), mechanisms: array(string()) },
});
