import { pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { type ItemError, itemError } from '../base/result.js';
import { errorOf } from '../protocol/errors.js';
import { alterUserScramCredentials } from '../protocol/messages/alter-user-scram-credentials.js';
import type { Wire } from './wire.js';

/** The mechanisms of SCRAM and their codes (org.apache.kafka.clients.admin.ScramMechanism). */
const mechanisms = {
  'SCRAM-SHA-256': { code: 1, digest: 'sha256', bytes: 32 },
  'SCRAM-SHA-512': { code: 2, digest: 'sha512', bytes: 64 },
} as const;
export type ScramMechanism = keyof typeof mechanisms;
export const scramMechanisms = Object.keys(mechanisms) as ScramMechanism[];

/** The least that Kafka takes, and its own default; and the most. */
export const scramIterations = { least: 4096, most: 16_384 } as const;

/** A password that a user shall have. */
export interface ScramPassword {
  name: string;
  password: string;
  mechanism: ScramMechanism;
  iterations?: number;
}

/** A password that a user shall have no longer. */
export interface ScramDeletion {
  name: string;
  mechanism: ScramMechanism;
}

/** The mechanism of a code; undefined for one that this version of kctl does not know. */
export function mechanismOf(code: number): ScramMechanism | undefined {
  return scramMechanisms.find((mechanism) => mechanisms[mechanism].code === code);
}

/** Sets users' passwords for both mechanisms. */
export function setScramUsers(
  wire: Wire,
  users: Array<{ name: string; password: string }>,
): Promise<ItemError[]> {
  const passwords = scramMechanisms.flatMap((mechanism) => users.map((user) => ({ ...user, mechanism })));
  return alterScram(wire, { passwords });
}

/**
 * Sets passwords and takes some away (KIP-554); only what is derived from a password is sent.
 * @returns what failed, each with the subject `user NAME`
 */
export async function alterScram(
  wire: Wire,
  { passwords = [], deletions = [] }: { passwords?: ScramPassword[]; deletions?: ScramDeletion[] },
): Promise<ItemError[]> {
  const errors: ItemError[] = [];
  // A KRaft controller takes one change of a user in a request.
  for (const mechanism of scramMechanisms) {
    const upsertions = await Promise.all(
      passwords.filter((each) => each.mechanism === mechanism).map(deriveFrom),
    );
    const own = deletions.filter((each) => each.mechanism === mechanism);
    const body = {
      upsertions,
      deletions: own.map(({ name }) => ({ name, mechanism: mechanisms[mechanism].code })),
    };
    if (upsertions.length + own.length > 0) errors.push(...(await send(wire, body)));
  }
  return errors;
}

async function deriveFrom({ name, password, mechanism, iterations = scramIterations.least }: ScramPassword) {
  const { code, digest, bytes } = mechanisms[mechanism];
  const salt = randomBytes(16);
  const saltedPassword = await promisify(pbkdf2)(password, salt, iterations, bytes, digest);
  return { name, mechanism: code, iterations, salt, saltedPassword };
}

async function send(
  wire: Wire,
  body: {
    upsertions: Awaited<ReturnType<typeof deriveFrom>>[];
    deletions: Array<{ name: string; mechanism: number }>;
  },
): Promise<ItemError[]> {
  try {
    const { results } = await wire.request(alterUserScramCredentials, body, 'controller');
    return results
      .filter(({ errorCode }) => errorCode !== 0)
      .map(({ user, errorCode, errorMessage }) => {
        const { name, message } = errorOf(errorCode);
        return { subject: `user ${user}`, code: name, message: errorMessage ?? message };
      });
  } catch (error) {
    return [...body.upsertions, ...body.deletions].map(({ name }) => itemError(`user ${name}`, error));
  }
}
