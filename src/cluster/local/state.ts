import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { KctlError } from '../../base/errors.js';
import { isAlive, type ProcessIdentity } from './identity.js';
import { clusterFolder, clusterNamePattern, clustersFolder } from './paths.js';

export type LocalMode = 'zookeeper' | 'kraft';

/** One server of a local cluster: ZooKeeper or a broker, each with ids from 1. */
export interface ServerState {
  role: 'zookeeper' | 'broker';
  id: number;
  port: number;
  /** The port was chosen by kctl, which may choose another. */
  portAuto: boolean;
  /** KRaft: where node 1 listens as the controller. */
  controllerPort?: number;
  /** null when it was never started, or was stopped or killed by kctl. */
  process: ProcessIdentity | null;
}

/** What is written to `state.json` of a cluster: enough to find, stop and start it again. */
export interface LocalState {
  version: 1;
  name: string;
  mode: LocalMode;
  kafkaVersion: string;
  /** `starting` in a file that no live kctl holds the lock of means a start that was cut off. */
  phase: 'starting' | 'running' | 'stopped';
  dataDir: string;
  ephemeral: boolean;
  /** The process that a throwaway cluster ends with; null for one that stays. */
  owner: ProcessIdentity | null;
  kafkaHome: string | null;
  /** The broker's maximum heap as Java writes it, such as `512m`. */
  heap: string;
  configs: Record<string, string>;
  clusterId: string | null;
  zookeeper: ServerState | null;
  brokers: ServerState[];
}

export interface RunningLocal {
  name: string;
  bootstrapServers: string;
  zookeeperConnect: string | null;
}

const maxStateBytes = 256 * 1024;

export function serversOf(state: LocalState): ServerState[] {
  return state.zookeeper ? [state.zookeeper, ...state.brokers] : state.brokers;
}

export function serverName(server: Pick<ServerState, 'role' | 'id'>): string {
  return server.role === 'zookeeper' ? 'zookeeper' : `broker-${server.id}`;
}

export function bootstrapServersOf(state: LocalState): string[] {
  return state.brokers.map(({ port }) => `127.0.0.1:${port}`);
}

export function zookeeperConnectOf(state: LocalState): string | null {
  return state.zookeeper && `127.0.0.1:${state.zookeeper.port}`;
}

/**
 * The local cluster that kctl talks to when nothing else is configured: the running one named `default`,
 * else the only one that runs. Reads one small file and asks for one process.
 */
export function findRunningLocal(): RunningLocal | undefined {
  const preferred = running('default');
  if (preferred) return preferred;
  const others = clusterNames()
    .filter((name) => name !== 'default')
    .map(running)
    .filter((found) => found !== undefined);
  return others.length === 1 ? others[0] : undefined;
}

function running(name: string): RunningLocal | undefined {
  const state = readStateQuietly(name);
  if (state?.phase !== 'running' || !state.brokers.some((broker) => isAlive(broker.process)))
    return undefined;
  return {
    name,
    bootstrapServers: bootstrapServersOf(state).join(','),
    zookeeperConnect: zookeeperConnectOf(state),
  };
}

/** The names of all clusters that have a folder, in order; those that kctl makes for itself begin with a dot. */
export function clusterNames(): string[] {
  return allNames().filter((name) => !name.startsWith('.'));
}

/** The names of the clusters that end with the process that made them, in order. */
export function throwawayNames(): string[] {
  return allNames().filter((name) => name.startsWith('.exec-'));
}

function allNames(): string[] {
  try {
    return readdirSync(clustersFolder())
      .filter((name) => clusterNamePattern.test(name))
      .sort();
  } catch {
    return [];
  }
}

/** The state, or undefined when there is none or it cannot be read: for those who only look around. */
export function readStateQuietly(name: string): LocalState | undefined {
  try {
    return readState(name);
  } catch {
    return undefined;
  }
}

/**
 * Reads a cluster's state; undefined when there is none.
 * @throws KctlError `LOCAL_STATE` when the file is not one that kctl wrote
 */
export function readState(name: string): LocalState | undefined {
  const file = stateFile(name);
  let text: string;
  try {
    if (statSync(file).size > maxStateBytes) throw unreadable(file, 'it is too large');
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const state = parseState(text);
  if (typeof state === 'string') throw unreadable(file, state);
  if (state.name !== name) throw unreadable(file, `it is of the cluster "${state.name}"`);
  return state;
}

/** Replaces a cluster's state by a rename, so that a reader never sees half of it. */
export function writeState(state: LocalState): void {
  const folder = clusterFolder(state.name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const file = stateFile(state.name);
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, file);
}

export function stateFile(name: string): string {
  return join(clusterFolder(name), 'state.json');
}

function unreadable(file: string, why: string): KctlError {
  return new KctlError(`${file} is not a state that kctl can use: ${why}`, {
    code: 'LOCAL_STATE',
    hint: 'Written by another version of kctl, perhaps. End its servers by hand and remove the folder.',
  });
}

/** Checks every field, since a wrong one would signal a wrong process or remove a wrong folder. Or says why not. */
export function parseState(text: string): LocalState | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  if (!isRecord(value)) return 'it is not an object';
  if (value.version !== 1) return `its version is ${JSON.stringify(value.version)}, not 1`;
  for (const [field, holds] of Object.entries(fields)) {
    if (!holds(value[field])) return `its ${field} is not right`;
  }
  return value as unknown as LocalState;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && !/[\0\r\n]/.test(value);
const isFolder = (value: unknown) => isText(value) && isAbsolute(value);
const isOneOf = (words: string[]) => (value: unknown) => words.includes(String(value));
const isInteger = (value: unknown, least: number, most: number) =>
  Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
const isPort = (value: unknown) => isInteger(value, 1, 65535);

function isServer(value: unknown, role: ServerState['role'], id: number): boolean {
  if (!isRecord(value) || value.role !== role || value.id !== id || !isPort(value.port)) return false;
  if (typeof value.portAuto !== 'boolean') return false;
  if (value.controllerPort !== undefined && !isPort(value.controllerPort)) return false;
  return isProcess(value.process, 2);
}

function isProcess(value: unknown, leastPid: number): boolean {
  if (value === null) return true;
  return isRecord(value) && isInteger(value.pid, leastPid, 2 ** 31) && isText(value.startedAt);
}

const fields: Record<Exclude<keyof LocalState, 'version'>, (value: unknown) => boolean> = {
  name: (value) => isText(value) && clusterNamePattern.test(value),
  mode: isOneOf(['zookeeper', 'kraft']),
  kafkaVersion: (value) => isText(value) && /^\d+(\.\d+){1,3}\S{0,32}$/.test(value),
  phase: isOneOf(['starting', 'running', 'stopped']),
  dataDir: isFolder,
  ephemeral: (value) => typeof value === 'boolean',
  // In a container kctl itself may be process 1.
  owner: (value) => isProcess(value, 1),
  kafkaHome: (value) => value === null || isFolder(value),
  heap: (value) => isText(value) && /^\d{1,6}[kmg]$/i.test(value),
  configs: (value) => isRecord(value) && Object.values(value).every((each) => typeof each === 'string'),
  clusterId: (value) => value === null || isText(value),
  zookeeper: (value) => value === null || isServer(value, 'zookeeper', 1),
  brokers: (value) =>
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= 9 &&
    value.every((broker, index) => isServer(broker, 'broker', index + 1)),
};
