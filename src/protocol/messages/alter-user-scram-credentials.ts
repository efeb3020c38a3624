import { controllerMoved } from '../retries.js';
import { api, array, bytes, int8, int16, int32, string } from '../schema.js';

/** Mechanisms: 1 SCRAM-SHA-256, 2 SCRAM-SHA-512 (org.apache.kafka.clients.admin.ScramMechanism, KIP-554). */
export const alterUserScramCredentials = api({
  key: 51,
  name: 'AlterUserScramCredentials',
  versions: [0, 0],
  flexible: 0,
  retries: controllerMoved,
  changes: true,
  request: {
    deletions: array({ name: string(), mechanism: int8() }),
    upsertions: array({
      name: string(),
      mechanism: int8(),
      iterations: int32(),
      salt: bytes(),
      saltedPassword: bytes(),
    }),
  },
  response: {
    throttleTimeMs: int32(),
    results: array({ user: string(), errorCode: int16(), errorMessage: string().nullable() }),
  },
});
