import { readFile } from 'node:fs/promises';
import { KctlError, messageOf } from '../../base/errors.js';

/**
 * Between bytes and values: what JSON has, with bigint for integers that a double does not hold.
 * Both directions throw whatever says why they cannot; `Codec` puts it into kctl's words.
 */
export interface Translation {
  /** @param key the record's key, which says what the value of some records is */
  decode(bytes: Buffer, key?: Buffer | null): unknown;
  encode(value: unknown): Buffer;
  /** Its text is the value itself, not JSON. */
  isText?: boolean;
}

/** Of a number as JSON has it: one beyond 2^53 that a double prints in the same digits means those digits. */
export function integerOf(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(String(value));
  throw new TypeError('it is not an integer');
}

/** The text of a schema's file. @throws KctlError with the system's code */
export async function readSchema(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error) => {
    throw schemaError(file, error);
  });
}

export function schemaError(file: string, cause: unknown): KctlError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'INVALID_SCHEMA';
  return new KctlError(`cannot use the schema ${file}`, { code, words: messageOf(cause), cause });
}
