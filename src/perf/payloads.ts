import { readFile, stat } from 'node:fs/promises';
import { KctlError, messageOf, usageError } from '../base/errors.js';

/** Different values of a batch: enough that compressing them is no lie. */
const differentPayloads = 1024;
const mostFileBytes = 64 * 1024 * 1024;

/** Random capital letters, as Kafka's ProducerPerformance makes them. */
export function randomPayloads(recordBytes: number): Buffer[] {
  let state = 0x2545f491;
  return Array.from({ length: differentPayloads }, () => {
    const payload = Buffer.allocUnsafe(recordBytes);
    for (let at = 0; at < recordBytes; at++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      payload[at] = 0x41 + ((state >>> 0) % 26);
    }
    return payload;
  });
}

/** Numbers in order, from 0 on; they begin anew in each batch. */
export function countingPayloads(count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => Buffer.from(String(index)));
}

/** The parts of a file. @throws KctlError for a file that cannot be read, exit 2 for one without any */
export async function filePayloads(path: string, delimiter: string): Promise<Buffer[]> {
  const text = await readSmall(path);
  const parts = text.split(delimiter).filter((part) => part !== '');
  if (parts.length === 0) throw usageError(`${path} holds no payload`);
  return parts.map((part) => Buffer.from(part));
}

async function readSmall(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > mostFileBytes) throw new Error(`it is larger than ${mostFileBytes} bytes`);
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'UNREADABLE';
    throw new KctlError(`cannot read ${path}`, { code, words: messageOf(error) });
  }
}
