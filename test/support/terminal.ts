import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { kctl, root } from './kctl.js';

export interface Terminal {
  /** Everything that was printed. */
  output(): string;
  /** What stands on the screen that is drawn in place, as far as the last drawing goes. */
  screen(): string;
  type(keys: string): void;
  terminate(): void;
  ended: Promise<{ code: number; sameMode: boolean }>;
}

/** For a test's `skip`: why there is no terminal to be had here, or false. */
export const noTerminal =
  spawnSync('python3', ['-c', 'import termios']).status !== 0 && 'needs python3 with termios, for a terminal';

/** Starts kctl in a terminal of 24 lines, by Python's pty. */
export function startInTerminal(args: string[], env: Record<string, string>, columns = 110): Terminal {
  const words = [join(root, 'test/support/pty.py'), '24', String(columns), process.execPath, kctl, ...args];
  const child = spawn('python3', words, {
    env: { ...process.env, NO_COLOR: '', TERM: 'xterm', ...env },
  });
  let output = '';
  let report = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    report += chunk;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
  const ended = once(child, 'close').then(() => {
    clearTimeout(timer);
    return JSON.parse(report) as { code: number; sameMode: boolean };
  });
  return {
    output: () => output,
    screen: () => output.slice(output.lastIndexOf('\x1b[H')),
    type: (keys) => void child.stdin.write(keys),
    terminate: () => void child.kill('SIGTERM'),
    ended,
  };
}
