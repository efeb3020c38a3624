import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Deadline } from '../../base/deadline.js';
import { KctlError } from '../../base/errors.js';
import { removeClockFiles } from './clock.js';
import { mountDisks } from './disk.js';
import { archiveOf } from './engine.js';
import { isAlive } from './identity.js';
import type { Java } from './java.js';
import { withLock } from './lock.js';
import { lockFile } from './paths.js';
import { type PlannedEngines, planCluster, type StartOptions } from './plan.js';
import { assignPorts } from './ports.js';
import { applyRelay, endRelay, relayRuns } from './relay.js';
import { internalLogin } from './security.js';
import { prepareSecurity, readPasswords } from './security-files.js';
import {
  adoptUnrecorded,
  brokersGoOn,
  canServe,
  endServers,
  registrationsGone,
  serversListen,
  spawnServer,
  type Waiting,
  whileAlive,
  zookeepersReady,
} from './servers.js';
import {
  type LocalState,
  readState,
  type ServerRole,
  type ServerState,
  serverName,
  serversOf,
  writeState,
} from './state.js';
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
  /** It had no data before. */
  isNew: boolean;
}

/** What a start works with. */
export interface Toolbox {
  java: Java;
  engines: PlannedEngines;
  /** Where to write archives of classes when the servers end. */
  archivesTo?: string;
}

const defaultStartTimeoutMs = 60_000;
const failedStartGraceMs = 5000;
const endingOrder: ServerRole[] = ['broker', 'controller', 'zookeeper'];

/** Starts the cluster with an engine that is there. */
export async function startPrepared(
  options: StartOptions,
  tools: Toolbox,
  hooks: StartHooks,
): Promise<StartOutcome> {
  return withClusterLock(options.name, hooks, async () => {
    const recovered = await recover(options.name, hooks);
    const previous = isForgotten(recovered) ? undefined : recovered;
    if (
      previous?.phase === 'running' &&
      previous.servers.every(({ process }) => isAlive(process)) &&
      relayRuns(previous)
    ) {
      checkSame(options, previous);
      return { state: previous, alreadyRunning: true, isNew: false };
    }
    const state = planCluster(options, previous, tools.engines);
    const isNew = previous === undefined && !hasFiles(state.dataDir);
    const missing = state.servers.filter(({ process }) => !isAlive(process));
    await assignPorts(state, missing);
    writeState(state);
    await prepareSecurity(state, options.users);
    await launch(state, missing, tools, hooks);
    return { state, alreadyRunning: false, isNew };
  });
}

/** A folder that was named may hold the data of a cluster that nothing else is known of. */
function hasFiles(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).length > 0;
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
  if (!state.servers.every(({ process }) => isAlive(process)) || !relayRuns(state)) adoptUnrecorded(state);
  if (state.phase === 'running') return state;
  if (state.servers.some(({ process }) => isAlive(process)))
    progress?.('Ending the servers of an earlier start that was cut off');
  await endAll(state, failedStartGraceMs);
  return state;
}

type Wish = [what: string, wish: unknown, is: unknown];

/** What was asked for and is not so. */
function checkSame(options: StartOptions, state: LocalState): void {
  const zookeepers = serversOf(state, 'zookeeper');
  const brokers = serversOf(state, 'broker');
  const observers = zookeepers.filter(({ observer }) => observer).length;
  const asked: Wish[] = [
    ['number of brokers', options.brokers, brokers.length],
    ['number of ZooKeepers', options.zookeepers, zookeepers.length - observers],
    ['number of observers', options.observers, observers],
    ['number of controllers', options.controllers, serversOf(state, 'controller').length],
    ['number of log directories', options.logDirs, state.logDirs],
    ['size of disks', options.diskSizeBytes, state.diskSizeBytes],
    ['way to be partitioned', options.partitionable, state.partitionable ?? false],
    ['heap', options.heap, state.heap],
    ['Kafka version', options.kafkaVersion, state.kafkaVersion],
    ['ZooKeeper version', options.zookeeperVersion, state.zookeeperVersion],
    ['mode', options.mode, state.mode],
    ['port', options.port === 'auto' ? undefined : options.port, brokers[0]?.port],
    [
      'ZooKeeper port',
      options.zookeeperPort === 'auto' ? undefined : options.zookeeperPort,
      zookeepers[0]?.port,
    ],
    ['data folder', options.dataDir && resolve(options.dataDir), state.dataDir],
    [
      'list of racks',
      options.racks && brokers.map((_, index) => options.racks?.[index % options.racks.length]).join(),
      brokers.map(({ rack }) => rack).join(),
    ],
    ...settingsAsked(options.configs, state.configs),
    ...settingsAsked(options.zookeeperConfigs, state.zookeeperConfigs),
  ];
  const differs = [...asked, ...securityAsked(options, state)].find(
    ([, wish, is]) => wish !== undefined && wish !== is,
  );
  if (!differs) return;
  throw new KctlError(`the local cluster "${state.name}" runs already, and its ${differs[0]} is another`, {
    code: 'LOCAL_CONFLICT',
    hint: `Stop it first (kctl local stop --name ${state.name}), or start one beside it under another --name.`,
  });
}

function settingsAsked(wishes: Record<string, string> = {}, are: Record<string, string>): Wish[] {
  return Object.entries(wishes).map(([key, value]) => [`setting ${key}`, value, are[key]]);
}

function securityAsked(options: StartOptions, { name, security }: LocalState): Wish[] {
  const { mechanism, clientAuth, authorizer, users = new Map<string, string | null>() } = options;
  const passwords = readPasswords(name);
  return [
    ['security', options.security, security?.protocol.toLowerCase() ?? 'plaintext'],
    ['mechanism', mechanism, security?.mechanism],
    ['client authentication', clientAuth, security?.clientAuth ?? false],
    ['authorizer', authorizer, security?.authorizer ?? false],
    ...[...users].map(
      ([user, password]): Wish => [
        `user ${user}`,
        password ?? passwords.get(user) ?? null,
        passwords.get(user),
      ],
    ),
  ];
}

/** @throws KctlError `LOCAL_CONFLICT` for a server that is cut off: it would never be ready */
export function requireReachable(state: LocalState, { role, id, partitioned }: ServerState): void {
  if (!partitioned) return;
  throw new KctlError(`${role} ${id} of the local cluster "${state.name}" is cut off`, {
    code: 'LOCAL_CONFLICT',
    hint: `Let it be reached first: kctl local partition ${role} ${id} --undo --name ${state.name}`,
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
  for (const server of starting) requireReachable(state, server);
  const deadline = new Deadline(hooks.startTimeoutMs ?? defaultStartTimeoutMs);
  const waiting: Waiting = { state, deadline, signal };
  try {
    await applyRelay(state);
    for (const server of starting) await spawnRecorded(state, server, tools, progress);
    const zookeepers = starting.filter(({ role }) => role === 'zookeeper');
    const nodes = starting.filter(({ role }) => role !== 'zookeeper');
    if (zookeepers.length > 0) await zookeepersReady(zookeepers, waiting);
    if (nodes.length > 0) await kafkaReady(nodes, hooks, waiting);
    state.clusterId = readClusterId(state);
    state.phase = 'running';
    writeState(state);
    starting.forEach(removeClockFiles);
  } catch (error) {
    await endAll(state, failedStartGraceMs, { servers: starting });
    throw error;
  }
}

/** In ZooKeeper mode brokers were held until now; in KRaft mode they wait for their controllers by themselves. */
async function kafkaReady(nodes: ServerState[], { progress }: StartHooks, waiting: Waiting): Promise<void> {
  const { state } = waiting;
  const brokers = nodes.filter(({ role }) => role === 'broker');
  // Loaded while the servers boot.
  const [{ awaitReadiness, newProbe }, { openToUsers }] = await Promise.all([
    import('./readiness.js'),
    import('./users.js'),
  ]);
  const probe = newProbe();
  await registrationsGone(brokers, waiting, progress);
  await brokersGoOn(brokers, waiting);
  await serversListen(nodes, waiting);
  if (brokers.length === 0) return;
  const ready = serversOf(state, 'broker').filter(canServe);
  const servers = ready.map(({ port, otherPorts }) => `127.0.0.1:${otherPorts.internal ?? port}`);
  const ids = ready.map(({ id }) => id);
  const login = state.security ? internalLogin(readPasswords(state.name)) : {};
  const living = state.servers.filter(({ process }) => isAlive(process));
  await whileAlive(living, waiting, async (left) => {
    await awaitReadiness(servers, ids, left, login, probe);
    await openToUsers(state, ready, left);
  });
}

/** Writes each process down as soon as it exists, so that whatever ends kctl now, the next one finds it. */
async function spawnRecorded(
  state: LocalState,
  server: ServerState,
  { java, engines, archivesTo }: Toolbox,
  progress: StartHooks['progress'],
): Promise<void> {
  progress?.(`Starting ${serverName(server)} on 127.0.0.1:${server.port}`);
  const isZookeeper = server.role === 'zookeeper';
  const engine = isZookeeper ? (engines.zookeeper ?? engines.kafka) : engines.kafka;
  if (!engine) throw new Error(`there is no engine for ${serverName(server)}`);
  mountDisks(state, server);
  if (!isZookeeper && state.mode === 'kraft') await formatStorage(java, engine, state, server);
  // A controller of its own runs the broker's program.
  const archive = `${isZookeeper ? 'zookeeper' : 'broker'}.jsa`;
  server.process = spawnServer(java.path, state, server, {
    jars: engine.jars,
    archive: archivesTo ? undefined : archiveOf(engine, java.id, archive),
    archiveAtExit: archivesTo && join(archivesTo, archive),
  });
  writeState(state);
}

/**
 * Ends the servers, brokers first and controllers and ZooKeepers last, and writes the cluster down as stopped when none is left.
 * @returns the names of those that had to be killed
 */
export async function endAll(
  state: LocalState,
  graceMs: number,
  { servers = state.servers, progress }: { servers?: ServerState[]; progress?: StartHooks['progress'] } = {},
): Promise<string[]> {
  const killed: string[] = [];
  for (const role of endingOrder) {
    const ending = servers.filter((server) => server.role === role);
    const running = ending.filter(({ process }) => isAlive(process)).map(serverName);
    if (running.length > 0) progress?.(`Stopping ${running.join(', ')}`);
    killed.push(...(await endServers(ending, graceMs)).killed);
  }
  state.phase = state.servers.some(({ process }) => isAlive(process)) ? 'running' : 'stopped';
  if (state.phase === 'stopped') endRelay(state);
  if (state.phase === 'stopped' && state.ephemeral) removeData(state);
  writeState(state);
  return killed;
}
