import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { pause } from '../../base/deadline.js';
import { serverFiles } from './files.js';
import type { LocalState, ServerState } from './state.js';

/** Read from the end of a log, however large it is. */
const tailBytes = 1024 * 1024;

/** The log of a server; before it logs anything, what its JVM said. */
export function logFileOf(state: LocalState, server: ServerState): string {
  const { log, output } = serverFiles(state, server);
  return existsSync(log) ? log : output;
}

/** The last lines of a file; none when there is no file. */
export function tailOf(file: string, lines: number): string[] {
  const all = readFrom(file, -tailBytes).text.split('\n');
  if (all.at(-1) === '') all.pop();
  return all.slice(Math.max(0, all.length - lines));
}

/** The lines that are added to a file from now on, until the signal; a log that is rolled over is followed. */
export async function* follow(file: string, signal: AbortSignal): AsyncGenerator<string> {
  let position = readFrom(file, 0, 0).size;
  let rest = '';
  while (!signal.aborted) {
    const { size } = readFrom(file, 0, 0);
    if (size < position) position = 0;
    const added = size > position ? readFrom(file, position) : undefined;
    if (!added) {
      await pause(200, signal);
      continue;
    }
    position = added.end;
    const lines = (rest + added.text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** Reads on from a position, or from so many bytes before the end when it is negative. */
function readFrom(file: string, from: number, most = tailBytes): { text: string; size: number; end: number } {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return { text: '', size: 0, end: 0 };
  }
  try {
    const { size } = fstatSync(descriptor);
    const start = from < 0 ? Math.max(0, size + from) : from;
    const buffer = Buffer.alloc(Math.max(0, Math.min(most, size - start)));
    const length = readSync(descriptor, buffer, 0, buffer.length, start);
    return { text: buffer.toString('utf8', 0, length), size, end: start + length };
  } finally {
    closeSync(descriptor);
  }
}
