import { pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { ItemError } from '../base/result.js';
import { errorOf } from '../protocol/errors.js';
import { alterUserScramCredentials } from '../protocol/messages/alter-user-scram-credentials.js';
import type { Wire } from './wire.js';

/** The mechanisms of SCRAM and their codes (org.apache.kafka.clients.admin.ScramMechanism). */
const mechanisms = {
  'SCRAM-SHA-256': { mechanism: 1, digest: 'sha256', bytes: 32 },
  'SCRAM-SHA-512': { mechanism: 2, digest: 'sha512', bytes: 64 },
} as const;
type ScramMechanism = keyof typeof mechanisms;

/** The least that Kafka takes, and its own default. */
const iterations = 4096;

/** Sets users' passwords for both mechanisms (KIP-554); only what is derived from a password is sent. */
export async function setScramUsers(
  wire: Wire,
  users: Array<{ name: string; password: string }>,
): Promise<ItemError[]> {
  const errors: ItemError[] = [];
  // A KRaft controller takes one change of a user in a request.
  for (const hash of Object.values(mechanisms)) errors.push(...(await setPasswords(wire, users, hash)));
  return errors;
}

async function setPasswords(
  wire: Wire,
  users: Array<{ name: string; password: string }>,
  { mechanism, digest, bytes }: (typeof mechanisms)[ScramMechanism],
): Promise<ItemError[]> {
  const upsertions = await Promise.all(
    users.map(async ({ name, password }) => {
      const salt = randomBytes(16);
      const saltedPassword = await promisify(pbkdf2)(password, salt, iterations, bytes, digest);
      return { name, mechanism, iterations, salt, saltedPassword };
    }),
  );
  const { results } = await wire.request(
    alterUserScramCredentials,
    { deletions: [], upsertions },
    'controller',
  );
  return results
    .filter(({ errorCode }) => errorCode !== 0)
    .map(({ user, errorCode, errorMessage }) => {
      const { name, message } = errorOf(errorCode);
      return { subject: `user ${user}`, code: name, message: errorMessage ?? message };
    });
}
