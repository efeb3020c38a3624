import { readFileSync, statSync } from 'node:fs';
import { KctlError, messageOf } from '../../base/errors.js';
import { configError } from './config-error.js';

const maxFileBytes = 16 * 1024 * 1024;

/** The text of the file that `<setting>.location` names. */
export function readPem(setting: string, location: string): string {
  return readLocation(setting, location).toString('utf8');
}

/** @throws KctlError `CONFIG` that names the setting */
export function readLocation(setting: string, path: string): Buffer {
  try {
    if (statSync(path).size > maxFileBytes)
      throw configError(`${setting}.location is too large`, `Look at ${path}.`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof KctlError) throw error;
    throw configError(
      `${setting}.location cannot be read: ${messageOf(error)}`,
      'Check the path and its permissions.',
    );
  }
}
