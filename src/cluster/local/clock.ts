import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { KctlError } from '../../base/errors.js';
import type { ServerState } from './state.js';

/** Of a program with threads, as a JVM is. */
const library = 'libfaketimeMT.so.1';

/**
 * The environment in which a server's clock is shifted, by libfaketime; empty for one whose clock is right.
 * Only the time of day is shifted: timeouts go by the monotonic clock.
 * @throws KctlError `UNSUPPORTED` with the way to get it
 */
export function clockEnvironment({
  clockSkewMs = 0,
}: Pick<ServerState, 'clockSkewMs'>): Record<string, string> {
  if (clockSkewMs === 0) return {};
  const sign = clockSkewMs < 0 ? '-' : '+';
  return {
    LD_PRELOAD: findFaketime(),
    FAKETIME: `${sign}${Math.abs(clockSkewMs) / 1000}s`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    // With its fix for old C libraries waits for a monotonic time end at once, and the JVM spins.
    FAKETIME_FORCE_MONOTONIC_FIX: '0',
  };
}

/** Removes what libfaketime leaves in shared memory of a process that is killed; one that runs has it open. */
export function removeClockFiles({ clockSkewMs = 0, process }: ServerState): void {
  if (clockSkewMs === 0 || !process) return;
  for (const file of ['faketime_shm', 'sem.faketime_sem'])
    rmSync(`/dev/shm/${file}_${process.pid}`, { force: true });
}

function findFaketime(): string {
  const found =
    process.platform === 'linux' &&
    foldersOfLibraries()
      .map((folder) => join(folder, 'faketime', library))
      .find(existsSync);
  if (found) return found;
  throw new KctlError('the clock of a server is shifted by libfaketime, which was not found', {
    code: 'UNSUPPORTED',
    hint:
      process.platform === 'linux'
        ? 'Install it (Debian and Ubuntu: apt-get install libfaketime).'
        : 'It shifts the clock of programs on Linux.',
  });
}

/** Debian has a folder for each architecture. */
function foldersOfLibraries(): string[] {
  const folders = ['/usr/lib64', '/usr/local/lib', '/usr/lib'].filter(existsSync);
  const nested = readdirSync('/usr/lib').filter(
    (name) => name.endsWith('-linux-gnu') || name.endsWith('-linux-gnueabihf'),
  );
  return [...folders, ...nested.map((name) => join('/usr/lib', name))];
}
