import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { KctlError } from '../../base/errors.js';
import { packageRoot } from '../../base/package-root.js';

/** A process that removes a throwaway cluster when this one is gone, however it went. */
export interface Watchdog {
  /** The program that works with the cluster is to end with it. */
  watch(pid: number): void;
  /** There is nothing left to remove, or it is to stay. */
  release(): void;
}

/**
 * Starts the watchdog of a cluster: it reads from a pipe that only this process holds the other end of, and the
 * system closes that when the process ends. Started before the first server, it leaves no moment uncovered.
 */
export function startWatchdog(cluster: string): Watchdog {
  const program = join(packageRoot(), 'dist', 'watchdog.cjs');
  if (!existsSync(program))
    throw new KctlError('kctl is not built', { code: 'NOT_BUILT', hint: 'Run: npm run build' });
  const child = spawn(process.execPath, [program, cluster], {
    // Not in our process group, which a terminal interrupts as a whole, nor in a folder that may go.
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const { stdin } = child;
  child.on('error', () => {});
  stdin.on('error', () => {});
  child.unref();
  (stdin as Socket).unref();
  return {
    watch: (pid) => void stdin.write(`${pid}\n`),
    release: () => void stdin.end('release\n'),
  };
}
