import { createReadStream } from 'node:fs';
import { KctlError, messageOf, usageError } from '../base/errors.js';
import type { Streams } from './streams.js';

/** More than any server takes in one request. */
const maxInputBytes = 64 * 1024 * 1024;

/**
 * The bytes of a file, or of stdin for `-`.
 * @throws a usage error when it cannot be read
 */
export async function readBytes(path: string, streams: Streams): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of path === '-' ? streams.input : createReadStream(path)) {
      chunks.push(chunk as Buffer);
      length += chunk.length;
      if (length > maxInputBytes) throw usageError(`${path} is larger than ${maxInputBytes} bytes`);
    }
  } catch (error) {
    if (error instanceof KctlError) throw error;
    throw usageError(`${path} cannot be read: ${messageOf(error)}`);
  }
  return Buffer.concat(chunks);
}

/** What each line of a file, or of stdin for `-`, stands for; empty lines are left out. */
export async function readLines<Item>(
  path: string,
  streams: Streams,
  parse: (line: string, lineNumber: number) => Item,
): Promise<Item[]> {
  const text = (await readBytes(path, streams)).toString();
  return text.split(/\r?\n/).flatMap((line, index) => (line.trim() === '' ? [] : [parse(line, index + 1)]));
}
