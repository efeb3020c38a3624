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

/** PEM as OpenSSL wants it: Java takes it on one line too, its parts separated by blanks (KIP-651). */
export function inLines(pem: string): string {
  return pem.replace(
    /(-----BEGIN [A-Z0-9 ]+-----)([^-]*)(-----END [A-Z0-9 ]+-----)/g,
    (whole, begin: string, body: string, end: string) =>
      body.includes('\n') ? whole : `${begin}\n${body.trim().replace(/\s+/g, '\n')}\n${end}\n`,
  );
}
