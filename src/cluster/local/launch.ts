import { join } from 'node:path';
import { Deadline } from '../../base/deadline.js';
import { KctlError } from '../../base/errors.js';
import { archiveOf, type Engine } from './engine.js';
import { isAlive } from './identity.js';
import type { Java } from './java.js';
import { withLock } from './lock.js';
import { lockFile } from './paths.js';
import { assignPorts, planCluster, type StartOptions } from './plan.js';
import { awaitReadiness } from './readiness.js';
import {
  adoptUnrecorded,
  brokersListen,
  endServers,
  registrationsGone,
  spawnServer,
  type Waiting,
  whileAlive,
  zookeeperReady,
} from './servers.js';
import { type LocalState, readState, type ServerState, serversOf, writeState } from './state.js';
import { formatStorage, readClusterId, removeData } from './storage.js';

export interface StartHooks {
  /** Told what is being done, a line each. */
  progress?: (text: string) => void;
  /** Ends the start; what was started is ended too. */
  signal?: AbortSignal | undefined;
  /** From the first server's start to a cluster that is ready; 60 s when absent. */
  startTimeoutMs?: number | undefined;
}

export interface StartOutcome {
  state: LocalState;
  /** It ran before; nothing was done. */
  alreadyRunning: boolean;
}

/** What a start works with. */
export interface Toolbox {
  java: Java;
  engine: Engine;
  /** Where to write archives of classes when the servers end. */
  archivesTo?: string;
}

const defaultStartTimeoutMs = 60_000;
const failedStartGraceMs = 5000;

/** Starts the cluster with an engine that is there. */
export async function startPrepared(
  options: StartOptions,
  tools: Toolbox,
  hooks: StartHooks,
): Promise<StartOutcome> {
  return withClusterLock(options.name, hooks, async () => {
    const recovered = await recover(options.name, hooks);
    const previous = isForgotten(recovered) ? undefined : recovered;
    if (previous?.phase === 'running' && serversOf(previous).every((server) => isAlive(server.process))) {
      checkSame(options, previous);
      return { state: previous, alreadyRunning: true };
    }
    const state = planCluster(options, previous, tools.engine);
    const missing = serversOf(state).filter((server) => !isAlive(server.process));
    await assignPorts(state, missing);
    writeState(state);
    await launch(state, missing, tools, hooks);
    return { state, alreadyRunning: false };
  });
}

/** An ephemeral cluster that failed to start has left its logs and no data. */
function isForgotten(state: LocalState | undefined): boolean {
  return state?.phase === 'stopped' && state.ephemeral;
}

/** Does the work while no other kctl starts, stops or changes this cluster. */
export function withClusterLock<T>(name: string, hooks: StartHooks, work: () => Promise<T>): Promise<T> {
  const deadline = new Deadline(hooks.startTimeoutMs ?? defaultStartTimeoutMs);
  const onWait = ({ pid }: { pid: number }) =>
    hooks.progress?.(`Waiting for another kctl (pid ${pid}) at work on the local cluster "${name}"`);
  return withLock(lockFile(name), { deadline, onWait, signal: hooks.signal }, work);
}

/** The state as it is now. A start that was cut off is ended first: nobody knows how far its servers came. */
export async function recover(name: string, { progress }: StartHooks): Promise<LocalState | undefined> {
  const state = readState(name);
  if (!state || state.phase === 'stopped') return state;
  if (!serversOf(state).every((server) => isAlive(server.process))) adoptUnrecorded(state);
  if (state.phase === 'running') return state;
  if (serversOf(state).some((server) => isAlive(server.process)))
    progress?.('Ending the servers of an earlier start that was cut off');
  await endAll(state, failedStartGraceMs);
  return state;
}

function checkSame(options: StartOptions, state: LocalState): void {
  const differs = [
    options.brokers !== undefined && options.brokers !== state.brokers.length && 'number of brokers',
    options.kafkaVersion !== undefined && options.kafkaVersion !== state.kafkaVersion && 'Kafka version',
    typeof options.port === 'number' && options.port !== state.brokers[0]?.port && 'port',
    typeof options.zookeeperPort === 'number' &&
      options.zookeeperPort !== state.zookeeper?.port &&
      'ZooKeeper port',
  ].find((what) => what !== false);
  if (!differs) return;
  throw new KctlError(`the local cluster "${state.name}" runs already, and its ${differs} is another`, {
    code: 'LOCAL_CONFLICT',
    hint: `Stop it first (kctl local stop --name ${state.name}), or start one beside it under another --name.`,
  });
}

/** Starts servers that are not there, and waits until all that live are ready together; on a failure ends them again. */
export async function launch(
  state: LocalState,
  starting: ServerState[],
  tools: Toolbox,
  hooks: StartHooks,
): Promise<void> {
  const { signal, progress } = hooks;
  const deadline = new Deadline(hooks.startTimeoutMs ?? defaultStartTimeoutMs);
  const waiting: Waiting = { state, deadline, signal };
  try {
    const { zookeeper } = state;
    if (zookeeper && starting.includes(zookeeper)) {
      progress?.(`Starting ZooKeeper on 127.0.0.1:${zookeeper.port}`);
      spawnRecorded(state, zookeeper, tools);
      await zookeeperReady(zookeeper, waiting);
    }
    await launchBrokers(starting, tools, hooks, waiting);
    state.clusterId = readClusterId(state);
    state.phase = 'running';
    writeState(state);
  } catch (error) {
    await endAll(state, failedStartGraceMs, { servers: starting });
    throw error;
  }
}

async function launchBrokers(
  starting: ServerState[],
  tools: Toolbox,
  { progress }: StartHooks,
  waiting: Waiting,
): Promise<void> {
  const { state } = waiting;
  const brokers = starting.filter(({ role }) => role === 'broker');
  if (state.zookeeper) await registrationsGone(state.zookeeper, brokers, waiting, progress);
  for (const broker of brokers) {
    progress?.(`Starting broker ${broker.id} on 127.0.0.1:${broker.port}`);
    if (state.mode === 'kraft') await formatStorage(tools.java, tools.engine, state, broker);
    spawnRecorded(state, broker, tools);
  }
  await brokersListen(brokers, waiting);
  const ready = state.brokers.filter((broker) => isAlive(broker.process));
  const servers = ready.map(({ port }) => `127.0.0.1:${port}`);
  const ids = ready.map(({ id }) => id);
  const living = serversOf(state).filter((server) => isAlive(server.process));
  await whileAlive(living, waiting, (left) => awaitReadiness(servers, ids, left));
}

/** Writes each process down as soon as it exists, so that whatever ends kctl now, the next one finds it. */
function spawnRecorded(state: LocalState, server: ServerState, { java, engine, archivesTo }: Toolbox): void {
  server.process = spawnServer(java.path, state, server, {
    jars: engine.jars,
    archive: archivesTo ? undefined : archiveOf(engine, java.id, server.role),
    archiveAtExit: archivesTo && join(archivesTo, `${server.role}.jsa`),
  });
  writeState(state);
}

/**
 * Ends the servers, brokers first and ZooKeeper last, and writes the cluster down as stopped when none is left.
 * @returns the names of those that had to be killed
 */
export async function endAll(
  state: LocalState,
  graceMs: number,
  {
    servers = serversOf(state),
    progress,
  }: { servers?: ServerState[]; progress?: StartHooks['progress'] } = {},
): Promise<string[]> {
  const killed: string[] = [];
  for (const role of ['broker', 'zookeeper'] as const) {
    const ending = servers.filter((server) => server.role === role);
    const running = ending.filter((server) => isAlive(server.process)).map(({ id }) => id);
    if (running.length > 0)
      progress?.(`Stopping ${role === 'broker' ? `broker ${running.join(', ')}` : 'ZooKeeper'}`);
    killed.push(...(await endServers(ending, graceMs)).killed);
  }
  state.phase = serversOf(state).some((server) => isAlive(server.process)) ? 'running' : 'stopped';
  if (state.phase === 'stopped' && state.ephemeral) removeData(state);
  writeState(state);
  return killed;
}
