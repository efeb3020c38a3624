import { chmodSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { KctlError } from '../../base/errors.js';
import { makeFolder } from '../../base/folder.js';
import { isAlive, type ProcessIdentity } from './identity.js';
import { clusterFolder, clusterNamePattern, clustersFolder } from './paths.js';
import { adminUser, type LocalSecurity, saslMechanisms } from './security.js';

export type LocalMode = 'zookeeper' | 'kraft';

export const serverRoles = ['zookeeper', 'controller', 'broker'] as const;
export type ServerRole = (typeof serverRoles)[number];

/** What a server listens for beside its clients. */
export const portPurposes = ['controller', 'quorum', 'election', 'internal'] as const;
export type PortPurpose = (typeof portPurposes)[number];

/** One server of a local cluster. ZooKeepers and brokers have ids from 1, controllers of their own from 101. */
export interface ServerState {
  role: ServerRole;
  id: number;
  /** Where its clients connect; of a controller, where brokers and other controllers do. */
  port: number;
  /** The port was chosen by kctl, which may choose another. */
  portAuto: boolean;
  /** Always chosen by kctl: `controller` of a node that is both, `quorum` and `election` of an ensemble's member, `internal` of a broker of a secured cluster. */
  otherPorts: Partial<Record<PortPurpose, number>>;
  /** Of a broker. */
  rack?: string;
  /** Of a ZooKeeper that follows without a vote. */
  observer?: boolean;
  /** Nothing passes between it and anybody else. */
  partitioned?: boolean;
  /** How far its clock is ahead of this machine's, or behind when negative. */
  clockSkewMs?: number;
  /** null when it was never started, or was stopped or killed by kctl. */
  process: ProcessIdentity | null;
}

/** What is written to `state.json` of a cluster: enough to find, stop and start it again. */
export interface LocalState {
  version: 2;
  name: string;
  mode: LocalMode;
  kafkaVersion: string;
  /** null for the ZooKeeper that comes with Kafka. */
  zookeeperVersion: string | null;
  /** `starting` in a file that no live kctl holds the lock of means a start that was cut off. */
  phase: 'starting' | 'running' | 'stopped';
  dataDir: string;
  ephemeral: boolean;
  /** The process that a throwaway cluster ends with; null for one that stays. */
  owner: ProcessIdentity | null;
  kafkaHome: string | null;
  /** The broker's maximum heap as Java writes it, such as `512m`. */
  heap: string;
  /** Of brokers and controllers. */
  configs: Record<string, string>;
  zookeeperConfigs: Record<string, string>;
  /** How many log directories each broker has. */
  logDirs: number;
  /** Of a file system of its own for each log directory of a broker; absent without a limit. */
  diskSizeBytes?: number | undefined;
  /** Its servers reach each other, and are reached, through a relay that can hold back what passes. */
  partitionable?: boolean;
  /** The process that relays; null when it does not run. */
  relay?: ProcessIdentity | null;
  /** null for one that is open to all. */
  security: LocalSecurity | null;
  clusterId: string | null;
  /** In the order in which they are started: ZooKeepers, controllers, brokers. */
  servers: ServerState[];
}

export interface RunningLocal {
  name: string;
  bootstrapServers: string;
  /** A secured cluster's administrator logs in by this file; null where nobody has to. */
  commandConfig: string | null;
  zookeeperConnect: string | null;
}

const maxStateBytes = 256 * 1024;
/** Ten years. */
export const maxClockSkewMs = 10 * 365 * 24 * 3_600_000;
/** Less does not hold what a broker begins with. */
export const minDiskBytes = 16 * 1024 * 1024;

/** The servers of one role, in the order of their ids. */
export function serversOf(state: LocalState, role: ServerRole): ServerState[] {
  return state.servers.filter((server) => server.role === role);
}

export function serverName({ role, id }: Pick<ServerState, 'role' | 'id'>): string {
  return `${role}-${id}`;
}

/** Where servers listen: where clients connect to, or behind the relay that stands there, on the same ports. */
export function listeningHost({ partitionable }: LocalState): string {
  return partitionable ? '127.0.1.1' : '127.0.0.1';
}

export function bootstrapServersOf(state: LocalState): string[] {
  return serversOf(state, 'broker').map(({ port }) => `127.0.0.1:${port}`);
}

/** null when there is no ZooKeeper. */
export function zookeeperConnectOf(state: LocalState): string | null {
  const servers = serversOf(state, 'zookeeper').map(({ port }) => `127.0.0.1:${port}`);
  return servers.length > 0 ? servers.join(',') : null;
}

/** The nodes that vote on the metadata of a KRaft cluster, and where they listen for it. */
export function controllersOf(state: LocalState): Array<{ id: number; port: number }> {
  const separate = serversOf(state, 'controller').map(({ id, port }) => ({ id, port }));
  if (separate.length > 0) return separate;
  return state.servers.flatMap(({ id, otherPorts: { controller: port } }) =>
    port === undefined ? [] : [{ id, port }],
  );
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
  if (state?.phase !== 'running' || !serversOf(state, 'broker').some(({ process }) => isAlive(process)))
    return undefined;
  return {
    name,
    bootstrapServers: bootstrapServersOf(state).join(','),
    commandConfig: state.security && join(clusterFolder(name), 'security', `user-${adminUser}.properties`),
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
  makeFolder(folder);
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
    hint: 'If another version of kctl wrote it, stop the cluster with that one; else end its servers by hand. Then remove the folder.',
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
  if (value.version !== 2) {
    const version = JSON.stringify(value.version);
    return `its version is ${version}, and this kctl reads version 2`;
  }
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

const isVersion = (value: unknown) => isText(value) && /^\d+(\.\d+){1,3}\S{0,32}$/.test(value);
const isConfigs = (value: unknown) =>
  isRecord(value) && Object.values(value).every((each) => typeof each === 'string');

/** How many servers of a role there can be, and the id of the first. */
export const roleBounds: Record<ServerRole, { most: number; firstId: number }> = {
  zookeeper: { most: 9, firstId: 1 },
  controller: { most: 5, firstId: 101 },
  broker: { most: 9, firstId: 1 },
};

function isServer(value: unknown): boolean {
  if (!isRecord(value) || !isPort(value.port) || typeof value.portAuto !== 'boolean') return false;
  if (value.rack !== undefined && !isText(value.rack)) return false;
  for (const flag of [value.observer, value.partitioned])
    if (flag !== undefined && typeof flag !== 'boolean') return false;
  if (value.clockSkewMs !== undefined && !isInteger(value.clockSkewMs, -maxClockSkewMs, maxClockSkewMs))
    return false;
  const { otherPorts, process } = value;
  if (!isRecord(otherPorts)) return false;
  if (!Object.entries(otherPorts).every(([what, port]) => isOneOf([...portPurposes])(what) && isPort(port)))
    return false;
  return isProcess(process, 2);
}

function isProcess(value: unknown, leastPid: number): boolean {
  if (value === null) return true;
  return isRecord(value) && isInteger(value.pid, leastPid, 2 ** 31) && isText(value.startedAt);
}

/** Each role's servers together, in their order, with ids that follow one another. */
function areServers(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isServer)) return false;
  const expected = serverRoles.flatMap((role) => {
    const { most, firstId } = roleBounds[role];
    const count = value.filter((server) => server.role === role).length;
    return Array.from({ length: Math.min(count, most) }, (_, index) => `${role}-${firstId + index}`);
  });
  return value.map(serverName).join() === expected.join();
}

function isSecurity(value: unknown): boolean {
  if (!isRecord(value) || !Array.isArray(value.users)) return false;
  return (
    isOneOf(['SSL', 'SASL_PLAINTEXT', 'SASL_SSL'])(value.protocol) &&
    isOneOf([...saslMechanisms])(value.mechanism) &&
    typeof value.clientAuth === 'boolean' &&
    typeof value.authorizer === 'boolean' &&
    value.users.every((user) => isText(user) && /^[A-Za-z0-9._-]{1,64}$/.test(user))
  );
}

const fields: Record<Exclude<keyof LocalState, 'version'>, (value: unknown) => boolean> = {
  name: (value) => isText(value) && clusterNamePattern.test(value),
  mode: isOneOf(['zookeeper', 'kraft']),
  kafkaVersion: isVersion,
  zookeeperVersion: (value) => value === null || isVersion(value),
  phase: isOneOf(['starting', 'running', 'stopped']),
  dataDir: isFolder,
  ephemeral: (value) => typeof value === 'boolean',
  // In a container kctl itself may be process 1.
  owner: (value) => isProcess(value, 1),
  kafkaHome: (value) => value === null || isFolder(value),
  heap: (value) => isText(value) && /^\d{1,6}[kmg]$/i.test(value),
  configs: isConfigs,
  zookeeperConfigs: isConfigs,
  logDirs: (value) => isInteger(value, 1, 8),
  diskSizeBytes: (value) => value === undefined || isInteger(value, minDiskBytes, Number.MAX_SAFE_INTEGER),
  partitionable: (value) => value === undefined || typeof value === 'boolean',
  relay: (value) => value === undefined || isProcess(value, 2),
  security: (value) => value === null || isSecurity(value),
  clusterId: (value) => value === null || isText(value),
  servers: areServers,
};
