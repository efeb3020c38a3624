import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Deadline, pause } from '../../base/deadline.js';
import { ExitCode, KctlError } from '../../base/errors.js';
import { makeFolder } from '../../base/folder.js';
import { askFourLetterWord } from '../zookeeper/four-letter.js';
import { clockEnvironment, removeClockFiles } from './clock.js';
import { describeDeath } from './death.js';
import { type JavaArguments, javaArguments, loggingProperties, serverFiles } from './files.js';
import { giveConfig, holdConfig, writeConfig } from './gate.js';
import { findByCommandLine, identify, isAlive, isPaused, type ProcessIdentity, signal } from './identity.js';
import { clusterFolder } from './paths.js';
import { isListening } from './ports.js';
import { serverProperties } from './properties.js';
import { adoptRelay } from './relay.js';
import { type LocalState, listeningHost, type ServerState, serverName, serversOf } from './state.js';

const pollMs = 10;
/** Looking into each process takes more than most questions do. */
const lookForDeadMs = 50;

/** It boots beside ZooKeeper, and waits for its configuration until `brokersGoOn`. */
function isHeld({ mode }: LocalState, { role }: ServerState): boolean {
  return mode === 'zookeeper' && role === 'broker';
}

/**
 * Starts one server as a process of its own session that outlives kctl. It writes to files only.
 * @returns its identity
 */
export function spawnServer(
  java: string,
  state: LocalState,
  server: ServerState,
  options: JavaArguments,
): ProcessIdentity {
  const files = serverFiles(state, server);
  for (const folder of [...files.dataDirs, dirname(files.config), dirname(files.log)]) makeFolder(folder);
  // A member of an ensemble finds in it which of the servers in its configuration it is.
  if (server.role === 'zookeeper') writeFileSync(join(files.dataDir, 'myid'), `${server.id}\n`);
  if (isHeld(state, server)) holdConfig(files.config);
  else writeConfig(files.config, serverProperties(state, server));
  writeFileSync(files.loggingConfig, loggingProperties(state, server), { mode: 0o600 });
  writeFileSync(files.arguments, javaArguments(state, server, options), { mode: 0o600 });
  // A log begins with its start: what a failing server says last is never an earlier life's.
  if (existsSync(files.log)) renameSync(files.log, `${files.log}.1`);
  const output = openSync(files.output, 'w', 0o600);
  try {
    const child = spawn(java, [`@${files.arguments}`], {
      cwd: clusterFolder(state.name),
      env: { ...process.env, ...clockEnvironment(server) },
      detached: true,
      stdio: ['ignore', output, output],
    });
    child.unref();
    child.on('error', () => {});
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    if (identity) return identity;
    throw new KctlError(`${java} could not be run`, { code: 'JAVA_MISSING', hint: 'Is JAVA_HOME right?' });
  } finally {
    closeSync(output);
  }
}

export interface Waiting {
  state: LocalState;
  deadline: Deadline;
  signal?: AbortSignal | undefined;
}

/**
 * Waits until the ZooKeepers answer `srvr` with their mode. Where those that live are no majority of the
 * ensemble, none of them serves: then it is enough that they answer at all.
 */
export async function zookeepersReady(zookeepers: ServerState[], waiting: Waiting): Promise<void> {
  const voters = serversOf(waiting.state, 'zookeeper').filter(({ observer }) => !observer);
  const serving = voters.filter(canServe).length > voters.length / 2;
  const expected = serving ? /^Mode: /m : /\S/;
  const areReady = async () => {
    const answers = await Promise.all(zookeepers.map((server) => fourLetters(server, 'srvr')));
    return answers.every((answer) => expected.test(answer));
  };
  await until(areReady, waiting, zookeepers, 'ZooKeeper');
}

/** Waits until ZooKeeper has forgotten earlier lives of these brokers: one that was killed is remembered for its session. */
export async function registrationsGone(
  brokers: ServerState[],
  waiting: Waiting,
  progress?: (text: string) => void,
): Promise<void> {
  const zookeepers = serversOf(waiting.state, 'zookeeper').filter(canServe);
  if (zookeepers.length === 0) return;
  let told = false;
  const gone = async () => {
    const dumps = await Promise.all(zookeepers.map((server) => fourLetters(server, 'dump')));
    const sessions = dumps.join('\n');
    const left = brokers.filter(({ id }) => new RegExp(`/brokers/ids/${id}$`, 'm').test(sessions));
    if (left.length === 0) return dumps.some((dump) => dump !== '');
    const names = left.map(({ id }) => id).join(', ');
    if (!told) progress?.(`Waiting for ZooKeeper to end the session of broker ${names}, which was killed`);
    told = true;
    return false;
  };
  await until(gone, waiting, zookeepers, "the end of a killed broker's session");
}

/** Lets brokers that were held go on, each as soon as it has come to its configuration. */
export async function brokersGoOn(brokers: ServerState[], waiting: Waiting): Promise<void> {
  const { state } = waiting;
  const held = new Set(brokers.filter((broker) => isHeld(state, broker)));
  const goOn = async () => {
    for (const server of held)
      if (giveConfig(serverFiles(state, server).config, serverProperties(state, server))) held.delete(server);
    return held.size === 0;
  };
  await until(goOn, waiting, livingServers(state, brokers), 'the start of the brokers');
}

/** Waits until all of the brokers and controllers accept connections. */
export async function serversListen(servers: ServerState[], waiting: Waiting): Promise<void> {
  // Not by their relay, which always listens.
  const host = listeningHost(waiting.state);
  const listen = async () =>
    (await Promise.all(servers.map(({ port }) => isListening(port, host)))).every(Boolean);
  await until(listen, waiting, livingServers(waiting.state, servers), 'the brokers');
}

/** These, and what lives beside them, ZooKeeper first: the end of a broker follows from ZooKeeper's, and not the other way. */
function livingServers(state: LocalState, servers: ServerState[]): ServerState[] {
  return state.servers.filter((server) => servers.includes(server) || isAlive(server.process));
}

/** A deadline that can be brought forward to now. */
class EndableDeadline extends Deadline {
  #ended = false;

  end(): void {
    this.#ended = true;
  }

  override remainingMs(): number {
    return this.#ended ? 0 : super.remainingMs();
  }
}

/** Does the work by the deadline it is handed, which passes at once when a server dies or kctl is interrupted. */
export async function whileAlive(
  servers: ServerState[],
  waiting: Waiting,
  work: (deadline: Deadline) => Promise<void>,
): Promise<void> {
  const deadline = new EndableDeadline(waiting.deadline.remainingMs());
  let done = false;
  const working = work(deadline).finally(() => {
    done = true;
  });
  // The work has words of its own for a time that is over.
  const watch = until(
    async () => done,
    { ...waiting, deadline: new Deadline(2 ** 31) },
    servers,
    'the cluster',
  );
  try {
    await Promise.race([working, watch]);
  } finally {
    done = true;
    deadline.end();
    await Promise.allSettled([working, watch]);
  }
}

/** What a server says, be it that it does not serve or does not allow the word; one that starts may never answer. */
async function fourLetters({ port }: ServerState, word: 'srvr' | 'dump'): Promise<string> {
  try {
    const answer = await askFourLetterWord({ host: '127.0.0.1', port }, word, new Deadline(250));
    return answer.toString('utf8');
  } catch (error) {
    const { code = '', words = '' } = error instanceof KctlError ? error : {};
    return ['NOT_SERVING', 'NOT_IN_WHITELIST'].includes(code) ? words : '';
  }
}

/** Asks again and again; ends early, with the reason, when one of the servers dies or the time is over. */
async function until(
  condition: () => Promise<boolean>,
  { state, deadline, signal: interrupted }: Waiting,
  servers: ServerState[],
  what: string,
): Promise<void> {
  let lookAtMs = 0;
  while (!(await condition())) {
    const isLookDue = performance.now() >= lookAtMs;
    if (isLookDue) lookAtMs = performance.now() + lookForDeadMs;
    const dead = isLookDue && servers.find((server) => !isAlive(server.process));
    if (dead) throw describeDeath(state, dead);
    if (interrupted?.aborted) {
      throw new KctlError(`the start of ${what} was interrupted`, {
        code: 'INTERRUPTED',
        exitCode: ExitCode.interrupted,
      });
    }
    if (deadline.passed) {
      throw new KctlError(`${what} took longer than ${deadline.timeoutMs / 1000} s`, {
        code: 'TIMED_OUT',
        exitCode: ExitCode.timedOut,
        hint: `See what is said by: kctl local logs --name ${state.name}. More time is given by --start-timeout.`,
      });
    }
    await pause(pollMs, interrupted);
  }
}

/** It runs, and has been neither paused nor cut off. */
export function canServe({ process, partitioned }: ServerState): boolean {
  return isAlive(process) && !isPaused(process) && !partitioned;
}

/** Finds servers that were started by a kctl that was killed before it could write them down. */
export function adoptUnrecorded(state: LocalState): void {
  for (const server of state.servers) {
    if (isAlive(server.process)) continue;
    server.process = findByCommandLine(`@${serverFiles(state, server).arguments}`)[0] ?? null;
  }
  adoptRelay(state);
}

/** Ends servers together: TERM, and KILL for those that are still there after the grace time. */
export async function endServers(servers: ServerState[], graceMs: number): Promise<{ killed: string[] }> {
  const alive = servers.filter((server) => isAlive(server.process));
  for (const { process } of alive) if (process) signal(process, 'SIGTERM');
  // One that was paused ends when it goes on.
  for (const { process } of alive) if (process) signal(process, 'SIGCONT');
  await allGone(alive, new Deadline(graceMs));
  const stubborn = alive.filter((server) => isAlive(server.process));
  await killServers(stubborn);
  for (const server of servers) {
    removeClockFiles(server);
    server.process = null;
  }
  return { killed: stubborn.map(serverName) };
}

/** Ends servers at once, as a crash would. */
export async function killServers(servers: ServerState[]): Promise<void> {
  for (const { process } of servers) if (process) signal(process, 'SIGKILL');
  await allGone(servers, new Deadline(5000));
}

async function allGone(servers: ServerState[], deadline: Deadline): Promise<void> {
  while (servers.some((server) => isAlive(server.process)) && !deadline.passed) await pause(pollMs);
}
