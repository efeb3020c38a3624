import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { ExitCode, KctlError, messageOf } from '../base/errors.js';
import type { StartHooks } from '../cluster/local/launch.js';
import { readPasswords } from '../cluster/local/security-files.js';
import type { LocalState } from '../cluster/local/state.js';
import { describeLocal } from './document.js';
import { type Environment, environmentOf } from './environment.js';
import { startThrowaway, type Throwaway, type ThrowawayOptions } from './throwaway.js';

export interface ExecOptions extends ThrowawayOptions {
  /** The program and its arguments. */
  command: string[];
}

export interface ExecHooks extends StartHooks {
  progress: (text: string) => void;
  signal: AbortSignal;
  /** A terminal interrupts the program by itself. */
  onTerminal: boolean;
}

/**
 * Runs a program with a cluster of its own, and removes that.
 * @returns the program's exit code, 128 and the signal's number where one ended it
 * @throws as a start does; KctlError exit 4 when there is no such program
 */
export async function execWithCluster(options: ExecOptions, hooks: ExecHooks): Promise<number> {
  const { command, keepOnFailure } = options;
  const throwaway = await startThrowaway(options, hooks);
  let failed = true;
  try {
    const exitCode = await runProgram(command, throwaway, hooks);
    failed = exitCode !== 0;
    return exitCode;
  } finally {
    if (failed && keepOnFailure && !hooks.signal.aborted) keep(throwaway, hooks);
    else await throwaway.remove();
  }
}

async function runProgram(
  [program = '', ...words]: string[],
  { state, watchdog }: Throwaway,
  { signal, onTerminal }: ExecHooks,
): Promise<number> {
  const child = spawn(program, words, { stdio: 'inherit', env: withEnvironment(secretEnvironmentOf(state)) });
  if (child.pid !== undefined) watchdog.watch(child.pid);
  const onAbort = () => {
    const isInterrupt = signal.reason instanceof KctlError && signal.reason.exitCode === ExitCode.interrupted;
    if (!isInterrupt) child.kill('SIGTERM');
    else if (!onTerminal) child.kill('SIGINT');
  };
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  try {
    const [code, endedBy] = await once(child, 'exit');
    return code ?? 128 + constants.signals[endedBy as NodeJS.Signals];
  } catch (error) {
    const { code = 'EXEC' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new KctlError(`there is no program "${program}"`, {
        code,
        exitCode: ExitCode.notFound,
        hint: "It is looked for on the PATH. What a shell understands is run by one: -- sh -c '…'",
      });
    throw new KctlError(`${program} could not be run`, {
      code,
      exitCode: ExitCode.notFound,
      words: messageOf(error),
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** A program that is run takes a password from its environment, which nobody else sees. */
export function secretEnvironmentOf(state: LocalState): Environment {
  const environment = environmentOf(describeLocal(state.name, state));
  const user = environment.KAFKA_SASL_USERNAME;
  const password = user ? readPasswords(state.name).get(user) : undefined;
  return { ...environment, KAFKA_SASL_PASSWORD: password ?? null };
}

function withEnvironment(changes: Environment): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete environment[name];
    else environment[name] = value;
  }
  return environment;
}

function keep(throwaway: Throwaway, { progress }: ExecHooks): void {
  throwaway.keep();
  const { name, brokers, controllers, zookeepers } = describeLocal(throwaway.state.name, throwaway.state);
  progress(`The cluster is left running: kctl local status --name ${name}`);
  for (const { logFile } of [...zookeepers, ...controllers, ...brokers]) progress(`Its log: ${logFile}`);
  progress(`To remove it: kctl local stop --name ${name}`);
}
