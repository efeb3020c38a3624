import { existsSync } from 'node:fs';
import { KctlError } from '../../base/errors.js';
import { serverFiles } from './files.js';
import { tailOf } from './logs.js';
import { type LocalState, type ServerState, serverName } from './state.js';

interface Cause {
  pattern: RegExp;
  code: string;
  hint: (state: LocalState, server: ServerState) => string;
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
    pattern: /OutOfMemoryError|Too small (?:initial|maximum) heap|GC overhead/,
    code: 'OUT_OF_MEMORY',
    hint: () => 'Give the brokers more memory: --heap 1g.',
  },
  {
    pattern: /Could not reserve enough space|insufficient memory for the Java Runtime/,
    code: 'OUT_OF_MEMORY',
    hint: () =>
      'This machine has not that much memory left. Start fewer brokers, or give them less: --heap 256m.',
  },
  {
    pattern: /Too many open files/,
    code: 'TOO_MANY_FILES',
    hint: ({ name }) =>
      `Each replica keeps a file open. Start it where more are allowed: ulimit -n 100000 && kctl local start --name ${name}`,
  },
  {
    pattern: /No space left on device|Disk quota exceeded/,
    code: 'DISK_FULL',
    hint: ({ name, dataDir, diskSizeBytes }, { role, id }) =>
      diskSizeBytes === undefined
        ? `Make room in ${dataDir}, or keep the data elsewhere: --data-dir.`
        : `Its disk is of limited size. Empty it: kctl local fill-disk ${role} ${id} --undo --name ${name}`,
  },
  {
    pattern: /UnsupportedClassVersionError|getSubject is (?:not )?supported|Unrecognized VM option/,
    code: 'WRONG_JAVA',
    hint: ({ kafkaVersion }) =>
      `Kafka ${kafkaVersion} does not run on this Java. Java 17 runs every version: set JAVA_HOME.`,
  },
  {
    pattern: /Certificate(?:NotYetValid|Expired)Exception|NotBefore:|NotAfter:/,
    code: 'CLOCK',
    hint: () => "A certificate is not valid by this machine's clock. Is the clock right?",
  },
  {
    pattern: /ConfigException|NumberFormatException/,
    code: 'INVALID_CONFIG',
    hint: (_, { role }) =>
      `Look at the values given by ${role === 'zookeeper' ? '--zk-config' : '--config'}.`,
  },
];

/** What a server said, and where it stands. */
interface LastWords {
  text: string;
  file: string;
  lineNumber: number;
}

/** Why a server that was being started is no longer there, as far as its log and its JVM say. */
export function describeDeath(state: LocalState, server: ServerState): KctlError {
  const { words, known, place } = causeOfDeath(state, server);
  return new KctlError(`${serverName(server)} of the local cluster "${state.name}" ended while it started`, {
    code: known?.code ?? 'LOCAL_START_FAILED',
    ...(words ? { words: words.text } : {}),
    hint: `${known ? `${known.hint(state, server)} ` : ''}Its log is ${place}`,
  });
}

/** In one line, that a server ended without kctl's doing, and why where a known cause is in its log. */
export function explainDeath(state: LocalState, server: ServerState): string {
  const { words, known, place } = causeOfDeath(state, server);
  const ended = `${serverName(server)} ended without kctl's doing`;
  return known && words ? `${ended}: ${words.text}. ${known.hint(state, server)} Its log is ${place}` : ended;
}

function causeOfDeath(state: LocalState, server: ServerState) {
  const { log, output } = serverFiles(state, server);
  const said = [lastCauseIn(log), lastCauseIn(output), knownCauseIn(log), lastLineIn(output)].filter(
    (words) => words !== undefined,
  );
  const words = said.find(knownCauseOf) ?? said[0];
  const place = words ? `${words.file}:${words.lineNumber}` : existsSync(log) ? log : output;
  return { words, known: words && knownCauseOf(words), place };
}

function knownCauseOf({ text }: Pick<LastWords, 'text'>): Cause | undefined {
  return knownCauses.find(({ pattern }) => pattern.test(text));
}

/** A log begins with the server's start, and one that fails while it starts has not said much. */
const mostLines = 10_000;

function lastCauseIn(file: string): LastWords | undefined {
  const cause = lastCause(tailOf(file, mostLines));
  return cause && { text: cause.text, file, lineNumber: cause.index + 1 };
}

/** What a server says last may follow from what went wrong before: the last exception that explains an end. */
function knownCauseIn(file: string): LastWords | undefined {
  const causes = tailOf(file, mostLines).map((line) => exceptionLine.exec(line)?.[1]);
  const index = causes.findLastIndex((text) => text !== undefined && knownCauseOf({ text }));
  return index < 0 ? undefined : { text: (causes[index] ?? '').slice(0, 500), file, lineNumber: index + 1 };
}

function lastLineIn(file: string): LastWords | undefined {
  const lines = tailOf(file, mostLines);
  const index = lines.findLastIndex((line) => line.trim() !== '');
  return index < 0 ? undefined : { text: (lines[index] ?? '').slice(0, 500), file, lineNumber: index + 1 };
}

/** An exception's own line: its class, and its message where it has one. */
const exceptionLine =
  /^(?:Caused by: |Exception in thread "[^"]*" |Terminating due to |Exception: )?((?:[\w$]+\.)+[\w$]*(?:Exception|Error)(?:: .*)?)/;
/** ZooKeeper's last line says that it ends, and not why. */
const seriousLine = /^\[[^\]]*\] (?:ERROR|FATAL) (?!Exiting JVM)(.*)$/;
/** The JVM's own, before it runs anything. */
const machineLine =
  /^(?:Too small |Error: |Initial heap |Unrecognized VM option|# There is insufficient)(?:.*)$/;

/**
 * The last thing that went wrong: the innermost exception under the last ERROR or FATAL, else its own text,
 * else the last exception of all.
 * @returns its text, and the index of its line
 */
export function lastCause(lines: string[]): { text: string; index: number } | undefined {
  const at = lines.findLastIndex((line) => seriousLine.test(line));
  const from = at + 1;
  const length = lines.slice(from).findIndex((line) => /^\[[^\]]*\] [A-Z]+ /.test(line));
  const trace = lines.slice(from, length < 0 ? undefined : from + length);
  const innermost = trace.findLastIndex((line) => exceptionLine.test(line));
  if (innermost >= 0) return causeAt(exceptionLine.exec(trace[innermost] ?? '')?.[1], from + innermost);
  if (at >= 0) return causeAt(seriousLine.exec(lines[at] ?? '')?.[1], at);
  const machine = lines.findIndex((line) => machineLine.test(line));
  return machine < 0 ? undefined : causeAt(lines[machine], machine);
}

function causeAt(text: string | undefined, index: number): { text: string; index: number } {
  return { text: (text ?? '').slice(0, 500), index };
}
