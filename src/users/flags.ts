import * as Flags from '@oclif/core/flags';
import { usageError } from '../base/errors.js';
import { type ScramMechanism, scramIterations, scramMechanisms } from '../cluster/scram.js';
import { type AskSecret, readSecret } from '../cluster/settings/secrets.js';

export const mechanismFlag = {
  mechanism: Flags.option({
    multiple: true,
    multipleNonGreedy: true,
    options: scramMechanisms,
    description: 'for this mechanism only (default both)',
  })(),
};

/** Flags that say where a password comes from; none takes the password itself. */
export const passwordFlags = {
  ...mechanismFlag,
  iterations: Flags.integer({
    description: `how often it is hashed (default ${scramIterations.least})`,
    ...{ min: scramIterations.least, max: scramIterations.most },
  }),
  'password-file': Flags.string({
    description: 'a file that holds the password and that nobody else can read',
    exclusive: ['password-env'],
    helpValue: '<file>',
  }),
  'password-env': Flags.string({
    description: 'a variable of the environment that holds the password',
    helpValue: '<variable>',
  }),
};

export function mechanismsOf({ mechanism }: { mechanism?: ScramMechanism[] | undefined }): ScramMechanism[] {
  return mechanism && mechanism.length > 0 ? [...new Set(mechanism)] : scramMechanisms;
}

/** The password that a user shall have, from where the flags say; asked twice where they say nothing. */
export async function passwordOf(
  name: string,
  flags: { 'password-file'?: string | undefined; 'password-env'?: string | undefined },
  ask: AskSecret,
): Promise<string> {
  const { 'password-file': file, 'password-env': variable } = flags;
  const where = { name: `the password of user ${name}`, folder: '.', env: process.env, ask };
  if (file !== undefined) return readSecret({ file }, where);
  if (variable !== undefined) return readSecret({ env: variable }, where);
  const password = await readSecret({ prompt: true }, where);
  const again = await readSecret({ prompt: true }, { ...where, name: 'the same again' });
  if (again === password) return password;
  throw usageError('these are two different passwords', 'Nothing was done.');
}
