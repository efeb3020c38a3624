import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Deadline, pause } from '../../base/deadline.js';
import { KctlError } from '../../base/errors.js';
import { makeFolder } from '../../base/folder.js';
import { identify, isAlive, type ProcessIdentity } from './identity.js';

export interface LockOptions {
  deadline: Deadline;
  /** Told once, when another process holds the lock. */
  onWait?: (holder: ProcessIdentity) => void;
  signal?: AbortSignal | undefined;
}

/**
 * Runs the work while this process holds the lock file; waits for another holder until the deadline.
 * A lock whose holder has died is taken over.
 */
export async function withLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  await acquire(file, options);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Who holds the lock now, if anyone alive does. */
export function lockHolder(file: string): ProcessIdentity | undefined {
  const holder = parseHolder(readIfThere(file));
  return isAlive(holder) ? holder : undefined;
}

async function acquire(file: string, { deadline, onWait, signal }: LockOptions): Promise<void> {
  makeFolder(dirname(file));
  const claim = `${file}.${randomUUID()}`;
  writeFileSync(claim, JSON.stringify(identify(process.pid)), { mode: 0o600 });
  try {
    for (let told = false; !claimed(claim, file); ) {
      const holder = lockHolder(file);
      if (!holder) {
        removeStale(file);
        continue;
      }
      if (!told) onWait?.(holder);
      told = true;
      if (deadline.passed || signal?.aborted) throw heldError(file, holder);
      await pause(50, signal);
    }
  } finally {
    rmSync(claim, { force: true });
  }
}

/** A hard link appears whole, with its content, or not at all. */
function claimed(claim: string, file: string): boolean {
  try {
    linkSync(claim, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a dead holder's lock away. If a live one slipped in between, its lock is put back. */
function removeStale(file: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
    if (lockHolder(aside)) claimed(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8').slice(0, 1024);
  } catch {
    return '';
  }
}

function parseHolder(text: string): ProcessIdentity | undefined {
  try {
    const { pid, startedAt } = JSON.parse(text) as Partial<ProcessIdentity>;
    if (!Number.isSafeInteger(pid) || typeof startedAt !== 'string') return undefined;
    return { pid: Number(pid), startedAt };
  } catch {
    return undefined;
  }
}

function heldError(file: string, holder: ProcessIdentity): KctlError {
  return new KctlError(`another kctl (pid ${holder.pid}) is still at work on this`, {
    code: 'LOCKED',
    hint: `Wait for it to end, or end it; its lock is ${file}.`,
  });
}
