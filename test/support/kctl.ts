import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
/** The built kctl, to be run by Node. */
export const kctl = join(root, 'bin', 'run.js');

export interface Run {
  /** The exit code, or 128 plus the signal's number as a shell shows it. */
  code: number;
  stdout: string;
  stderr: string;
  /** stdout as bytes, for output that is not text. */
  bytes: Buffer;
}

export interface RunOptions {
  env?: Record<string, string | undefined>;
  input?: string | Buffer;
  /** Where kctl is run; here unless given. */
  cwd?: string;
  /** Kills kctl when it takes longer; a test that meets it fails by the exit code. */
  timeoutMs?: number;
}

/** Runs the built kctl to its end. stdin is empty unless `input` is given. */
export async function runKctl(args: string[], options: RunOptions = {}): Promise<Run> {
  const running = startKctl(args, options);
  running.process.stdin.end(options.input ?? '');
  return running.finished;
}

/** A kctl that runs, to be written to, read from and signalled. */
export interface RunningKctl {
  process: ChildProcessWithoutNullStreams;
  stdout(): string;
  stderr(): string;
  /** Resolves when what was printed so far on stdout satisfies a condition. */
  waitFor(condition: (stdout: string) => boolean, what: string, timeoutMs?: number): Promise<void>;
  finished: Promise<Run>;
}

export function startKctl(
  args: string[],
  { cwd, env = {}, timeoutMs = 60_000 }: RunOptions = {},
): RunningKctl {
  const environment = { ...process.env, NO_COLOR: '1', ...env };
  const child = spawn(process.execPath, [kctl, ...args], { env: environment, ...(cwd ? { cwd } : {}) });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk) => out.push(chunk));
  child.stderr.on('data', (chunk) => err.push(chunk));
  child.stdin.on('error', () => {});
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  const stdout = () => Buffer.concat(out).toString();
  const stderr = () => Buffer.concat(err).toString();
  const finished = once(child, 'close').then(([code, signal]) => {
    clearTimeout(timer);
    const bytes = Buffer.concat(out);
    return { code: code ?? 128 + signalNumber(signal), stdout: stdout(), stderr: stderr(), bytes };
  });
  const waitFor = async (condition: (stdout: string) => boolean, what: string, waitMs = 30_000) => {
    const endAt = Date.now() + waitMs;
    while (!condition(stdout())) {
      if (child.exitCode !== null)
        throw new Error(`kctl ended (${child.exitCode}) before ${what}\n${stdout()}\n${stderr()}`);
      if (Date.now() > endAt)
        throw new Error(`${what} did not come within ${waitMs} ms\n${stdout()}\n${stderr()}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return { process: child, stdout, stderr, waitFor, finished };
}

function signalNumber(signal: string | null): number {
  return { SIGINT: 2, SIGKILL: 9, SIGPIPE: 13, SIGTERM: 15 }[signal ?? ''] ?? 0;
}

/** A name that no other test has. */
export function randomName(prefix: string): string {
  return `${prefix}-${Math.random().toString(36).slice(2, 10)}`;
}

/** Waits until a condition holds, asking again and again. @throws when it does not before the time is over */
export async function eventually(
  what: string,
  holds: () => Promise<boolean> | boolean,
  timeoutMs = 30_000,
): Promise<void> {
  const endAt = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > endAt) throw new Error(`${what} did not come about within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
