import { ExitCode, KctlError } from '../../base/errors.js';

/** A connection setting that cannot be used. */
export function configError(message: string, hint: string): KctlError {
  return new KctlError(message, { code: 'CONFIG', exitCode: ExitCode.usage, hint });
}
