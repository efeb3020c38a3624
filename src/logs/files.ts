import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ExitCode, KctlError, messageOf, usageError } from '../base/errors.js';
import type { FileKind } from './types.js';

/** A file of a broker's log directory. */
export interface LogFile {
  path: string;
  kind: FileKind;
  /** Of its segment; 0 where the name does not say. */
  baseOffset: number;
  /** Of the folder that it is in; undefined for one that is not named `topic-0`. */
  topic: string | undefined;
  partition: number | undefined;
  /** The segment that an index is of. */
  segment: string;
}

const kinds: Record<string, FileKind> = {
  log: 'segment',
  checkpoint: 'segment',
  index: 'offsetIndex',
  timeindex: 'timeIndex',
  txnindex: 'transactionIndex',
  snapshot: 'producerState',
};

const order = Object.values(kinds);

/** The suffixes are those of segments that are being cleaned or deleted (UnifiedLog). */
const fileName = /^(.*)\.(log|checkpoint|index|timeindex|txnindex|snapshot)(?:\.(?:deleted|cleaned|swap))?$/;
const folderName = /^(.+)-(\d{1,9})(?:\.[0-9a-f]{32}-(?:delete|future|stray))?$/;
/** Checkpoints of offsets are text, which anybody can read. */
const textFiles = /(^|-)(offset|epoch)-checkpoint$/;

/**
 * The files that are meant; of a folder all those that kctl reads, in the order of their names.
 * @throws KctlError exit 4 for what is not there, 2 for what is no such file
 */
export async function logFiles(paths: readonly string[]): Promise<LogFile[]> {
  const files = await Promise.all(
    paths.map(async (path) => {
      const found = await stat(path).catch((error) => {
        throw cannotRead(path, error);
      });
      if (!found.isDirectory()) return [logFileOf(path)];
      const names = (await readdir(path)).filter((name) => fileName.test(name) && !textFiles.test(name));
      return names.map((name) => logFileOf(join(path, name))).sort(inOrder);
    }),
  );
  return files.flat();
}

/** A segment before its indexes. */
function inOrder(a: LogFile, b: LogFile): number {
  if (a.segment !== b.segment) return a.segment < b.segment ? -1 : 1;
  return order.indexOf(a.kind) - order.indexOf(b.kind);
}

export function cannotRead(path: string, error: unknown): KctlError {
  const code = (error as NodeJS.ErrnoException).code ?? 'UNREADABLE';
  const exitCode = code === 'ENOENT' ? ExitCode.notFound : ExitCode.failed;
  return new KctlError(`cannot read ${path}`, { code, exitCode, words: messageOf(error) });
}

function logFileOf(path: string): LogFile {
  const [, stem = '', extension = ''] = fileName.exec(basename(path)) ?? [];
  const kind = kinds[extension];
  if (!kind)
    throw usageError(
      `${path} is not a file that kctl can read`,
      'It reads .log, .index, .timeindex, .txnindex, .snapshot and .checkpoint, and folders that hold them.',
    );
  const [, topic, partition] = folderName.exec(basename(dirname(resolve(path)))) ?? [];
  return {
    path,
    kind,
    baseOffset: Number(/^\d{1,20}/.exec(stem)?.[0] ?? 0),
    topic: extension === 'checkpoint' ? '__cluster_metadata' : topic,
    partition: partition === undefined ? undefined : Number(partition),
    segment: join(dirname(path), `${stem}.log`),
  };
}
