import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { KctlError, usageError } from '../../base/errors.js';
import { makeFolder } from '../../base/folder.js';
import { serverFiles } from './files.js';
import { type LocalState, type ServerState, serverName } from './state.js';

/** A plain file, which a broker does not look at among its partitions' folders. */
const fillerName = '.kctl-filler';
const chunk = Buffer.alloc(1024 * 1024);

/**
 * Gives each log directory of a broker a file system of its own, of the size that the cluster was started with.
 * @throws KctlError `UNSUPPORTED` where nothing can be mounted
 */
export function mountDisks(state: LocalState, server: ServerState): void {
  if (state.diskSizeBytes === undefined || server.role !== 'broker') return;
  for (const folder of serverFiles(state, server).dataDirs) {
    makeFolder(folder);
    if (!isMounted(folder)) mount(folder, state.diskSizeBytes);
  }
}

function mount(folder: string, sizeBytes: number): void {
  try {
    if (process.platform !== 'linux') throw new Error('it takes a tmpfs, which only Linux has');
    run('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes},mode=0700`, 'kctl-disk', folder]);
  } catch (error) {
    throw new KctlError('a disk of limited size cannot be mounted here', {
      code: 'UNSUPPORTED',
      words: wordsOf(error),
      hint: 'It needs root on Linux, in a container CAP_SYS_ADMIN too. Start without --disk-size.',
      cause: error,
    });
  }
}

/** Unmounts what was mounted for a cluster, with all that is in it. Its servers have ended. */
export function unmountDisks(state: LocalState): void {
  if (state.diskSizeBytes === undefined) return;
  const folders = state.servers.flatMap((server) => serverFiles(state, server).dataDirs);
  // Lazily: someone may stand in it, and it shall go all the same.
  for (const folder of folders.filter(isMounted)) run('umount', ['-l', folder]);
}

function run(program: string, words: string[]): void {
  execFileSync(program, words, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', timeout: 10_000 });
}

function wordsOf(error: unknown): string {
  const { stderr, message } = error as Error & { stderr?: string };
  return stderr?.trim() || message;
}

function isMounted(folder: string): boolean {
  try {
    return statSync(folder).dev !== statSync(dirname(folder)).dev;
  } catch {
    return false;
  }
}

/** What is left of a broker's smallest disk; null where it has no limit, or is not there. */
export function freeBytesOf(state: LocalState, server: ServerState): number | null {
  if (state.diskSizeBytes === undefined) return null;
  const disks = serverFiles(state, server).dataDirs.filter(isMounted);
  return disks.length === 0 ? null : Math.min(...disks.map(freeBytes));
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

export interface DiskWish {
  /** What is to be left free; null for all that the broker itself leaves. */
  leaveBytes: number | null;
  /** Which log directory, from 1; all of them when absent. */
  logDir?: number | undefined;
}

/**
 * Fills a broker's disk with a file of zeros, or makes the file smaller or removes it, until so much is free.
 * @returns whether anything changed
 * @throws a usage error for a disk without a limit: it is everybody's
 */
export function fillDisk(state: LocalState, server: ServerState, { leaveBytes, logDir }: DiskWish): boolean {
  const name = serverName(server);
  const all = serverFiles(state, server).dataDirs;
  if (state.diskSizeBytes === undefined || server.role !== 'broker')
    throw usageError(
      `the disk of ${name} has no limit, and is not filled`,
      'Start a cluster whose brokers have disks of their own: kctl local start --disk-size 64MB.',
    );
  if (logDir !== undefined && (logDir < 1 || logDir > all.length))
    throw usageError(`${name} has no log directory ${logDir}`, `It has ${all.length}.`);
  const folders = (logDir === undefined ? all : all.slice(logDir - 1, logDir)).filter(isMounted);
  return folders.map((folder) => fill(folder, leaveBytes)).some(Boolean);
}

function fill(folder: string, leaveBytes: number | null): boolean {
  const file = join(folder, fillerName);
  const before = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (leaveBytes === null) {
    rmSync(file, { force: true });
    return before > 0;
  }
  const target = Math.max(0, before + freeBytes(folder) - leaveBytes);
  const descriptor = openSync(file, 'a', 0o600);
  try {
    if (target < before) ftruncateSync(descriptor, target);
    for (let size = before; size < target; )
      size += writeSync(descriptor, chunk, 0, Math.min(chunk.length, target - size));
  } catch (error) {
    // The broker was quicker: then it is full.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(descriptor);
  }
  return target !== before;
}
