import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * A process as it can be recognised later: its id may be given to another process, the time it was started
 * together with its id may not.
 */
export interface ProcessIdentity {
  pid: number;
  /** When it started, in the system's own terms: compared, never read. */
  startedAt: string;
}

let bootId: string | undefined;

/** The identity of a live process; undefined when there is none with this id, or it is a zombie. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? startedAtLinux(pid) : startedAtPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export function isAlive(identity: ProcessIdentity | null | undefined): identity is ProcessIdentity {
  return !!identity && identify(identity.pid)?.startedAt === identity.startedAt;
}

/** Sends a signal to that very process; false when it is gone. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    return process.kill(identity.pid, name);
  } catch {
    return false;
  }
}

/** Whether a live process was stopped by a signal (SIGSTOP). */
export function isPaused({ pid }: ProcessIdentity): boolean {
  try {
    const state = process.platform === 'linux' ? statLinux(pid)[0] : ps(pid, 'stat=');
    return state?.startsWith('T') ?? false;
  } catch {
    return false;
  }
}

/** From field 3 of /proc/PID/stat on: that is the state, field 22 the start in clock ticks since boot (proc(5)). */
function statLinux(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function startedAtLinux(pid: number): string | undefined {
  try {
    const fields = statLinux(pid);
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim().slice(0, 8);
    return `${bootId}-${fields[19]}`;
  } catch {
    return undefined;
  }
}

function startedAtPs(pid: number): string | undefined {
  try {
    const line = ps(pid, 'stat=,lstart=');
    return line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
  } catch {
    return undefined;
  }
}

function ps(pid: number, columns: string): string {
  const options = { encoding: 'latin1', env: { PATH: process.env.PATH, LC_ALL: 'C' } } as const;
  return execFileSync('ps', ['-o', columns, '-p', String(pid)], {
    ...options,
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

/** Every process whose command line holds the text. */
export function findByCommandLine(text: string): ProcessIdentity[] {
  const pids = process.platform === 'linux' ? pidsLinux(text) : pidsPs(text);
  return pids
    .filter((pid) => pid !== process.pid)
    .map(identify)
    .filter((identity) => identity !== undefined);
}

/** Not by ps, which a small container may lack. */
function pidsLinux(text: string): number[] {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

function pidsPs(text: string): number[] {
  const options = { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  const lines = execFileSync('ps', ['-axww', '-o', 'pid=,args='], options).split('\n');
  return lines.filter((line) => line.includes(text)).map((line) => Number.parseInt(line, 10));
}
