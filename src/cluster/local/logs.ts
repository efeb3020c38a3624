import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { pause } from '../../base/deadline.js';
import { KctlError } from '../../base/errors.js';
import { serverFiles } from './files.js';
import { type LocalState, type ServerState, serverName } from './state.js';

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

interface Cause {
  pattern: RegExp;
  code: string;
  hint: (state: LocalState) => string;
}

/** What kills a starting server, in its own words, and the cure. */
const knownCauses: Cause[] = [
  {
    pattern: /InconsistentClusterIdException|Invalid cluster\.id/,
    code: 'CLUSTER_ID_MISMATCH',
    hint: ({ name, mode }) => {
      const what = mode === 'zookeeper' ? "ZooKeeper's and the broker's data are" : 'The data is';
      return `${what} not of one cluster: some was lost or replaced. To begin anew: kctl local reset --name ${name} --yes`;
    },
  },
  {
    pattern: /InconsistentBrokerIdException|InconsistentBrokerMetadataException|Stored node id/,
    code: 'BROKER_ID_MISMATCH',
    hint: ({ name }) => `The data is another broker's. To begin anew: kctl local reset --name ${name} --yes`,
  },
  {
    pattern: /BindException|Address already in use|Socket server failed to bind/,
    code: 'PORT_IN_USE',
    hint: () => 'Another program took the port meanwhile. Choose others: --port auto --zk-port auto.',
  },
  {
    pattern: /Failed to acquire lock on file/,
    code: 'DATA_IN_USE',
    hint: () => 'Another broker uses this data folder. End it, or choose another: --data-dir.',
  },
  {
    pattern: /OutOfMemoryError/,
    code: 'OUT_OF_MEMORY',
    hint: () => 'Give the brokers more memory: --heap 1g.',
  },
  {
    pattern: /ConfigException/,
    code: 'INVALID_CONFIG',
    hint: () => 'Look at the values given by --config.',
  },
];

/** Why a server is no longer there, as far as its log says. */
export function describeDeath(state: LocalState, server: ServerState): KctlError {
  const { log, output } = serverFiles(state, server);
  const words = lastCause(tailOf(log, 2000)) ?? lastCause(tailOf(output, 200)) ?? tailOf(output, 1)[0];
  const known = knownCauses.find(({ pattern }) => words !== undefined && pattern.test(words));
  const file = existsSync(log) ? log : output;
  return new KctlError(`${serverName(server)} of the local cluster "${state.name}" ended while it started`, {
    code: known?.code ?? 'LOCAL_START_FAILED',
    ...(words ? { words } : {}),
    hint: `${known ? `${known.hint(state)} ` : ''}Its log is ${file}`,
  });
}

/** An exception's own line: its class, and its message where it has one. */
const exceptionLine =
  /^(?:Caused by: |Exception in thread "[^"]*" )?((?:[\w$]+\.)+[\w$]*(?:Exception|Error)(?:: .*)?)$/;
const seriousLine = /^\[[^\]]*\] (?:ERROR|FATAL) (.*)$/;

/**
 * The last thing that went wrong: the innermost exception under the last ERROR or FATAL, else its own text,
 * else the last exception of all.
 */
export function lastCause(lines: string[]): string | undefined {
  const at = lines.findLastIndex((line) => seriousLine.test(line));
  const trace = lines.slice(at + 1);
  const end = trace.findIndex((line) => /^\[[^\]]*\] [A-Z]+ /.test(line));
  const exceptions = (end < 0 ? trace : trace.slice(0, end)).map((line) => exceptionLine.exec(line)?.[1]);
  const innermost = exceptions.findLast((text) => text !== undefined);
  const own = at < 0 ? undefined : seriousLine.exec(lines[at] ?? '')?.[1];
  return (innermost ?? own)?.slice(0, 500);
}
