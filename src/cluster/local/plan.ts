import { resolve } from 'node:path';
import { KctlError, usageError } from '../../base/errors.js';
import { showBytes } from '../../base/units.js';
import { defaultKafkaVersion, type Engine } from './engine.js';
import { isAlive, type ProcessIdentity } from './identity.js';
import { clusterFolder } from './paths.js';
import { checkBrokerConfigs, checkZookeeperConfigs } from './properties.js';
import { planSecurity, type SecurityWish } from './security.js';
import {
  type LocalMode,
  type LocalState,
  minDiskBytes,
  type PortPurpose,
  roleBounds,
  type ServerRole,
  type ServerState,
  serversOf,
} from './state.js';
import { compareVersions, modeName } from './versions.js';

export type PortWish = number | 'auto';

/** What is not given stays as the cluster was started before, else takes the default. */
export interface StartOptions extends SecurityWish {
  name: string;
  /** 1 to 9; 0 for a ZooKeeper alone. */
  brokers?: number | undefined;
  /** Members of the ensemble that vote: 1, 3 or 5. */
  zookeepers?: number | undefined;
  /** Members that do not. */
  observers?: number | undefined;
  /** KRaft: 1, 3 or 5 controllers of their own; 0 for a first broker that is the controller too. */
  controllers?: number | undefined;
  /** Given to the brokers in turn; each has a rack of its own when absent. */
  racks?: string[] | undefined;
  logDirs?: number | undefined;
  /** The room in each log directory of a broker; the data is then held in memory, and goes when the cluster is stopped. */
  diskSizeBytes?: number | undefined;
  /** Whether servers can be cut off from the others. */
  partitionable?: boolean | undefined;
  kafkaVersion?: string | undefined;
  /** An unpacked distribution, in place of `kafkaVersion`. */
  kafkaHome?: string | undefined;
  /** For a Kafka that knows both. */
  mode?: LocalMode | undefined;
  /** A ZooKeeper other than the one that comes with Kafka. */
  zookeeperVersion?: string | undefined;
  /** Of the first broker; the others have the ports that follow. */
  port?: PortWish | undefined;
  /** Of the first ZooKeeper; the others have the ports that follow. */
  zookeeperPort?: PortWish | undefined;
  dataDir?: string | undefined;
  /** The data is removed when the cluster is stopped. */
  ephemeral?: boolean | undefined;
  /** The process that the cluster ends with. */
  owner?: ProcessIdentity | undefined;
  configs?: Record<string, string> | undefined;
  zookeeperConfigs?: Record<string, string> | undefined;
  /** A broker's maximum heap, as Java writes it. */
  heap?: string | undefined;
}

/** The engines of a cluster. */
export interface PlannedEngines {
  /** null for a ZooKeeper alone that is not Kafka's. */
  kafka: Engine | null;
  /** null for the ZooKeeper that Kafka brings. */
  zookeeper: Engine | null;
}

const firstPorts: Record<ServerRole, PortWish> = { zookeeper: 2181, controller: 'auto', broker: 9092 };

/**
 * What the cluster shall be: the options over what it was before. Ports may be left 0, to be chosen.
 * @throws a usage error, or `LOCAL_CONFLICT` when its data cannot be used so
 */
export function planCluster(
  options: StartOptions,
  previous: LocalState | undefined,
  { kafka, zookeeper }: PlannedEngines,
): LocalState {
  const { name } = options;
  checkOptions(options);
  const mode = kafka?.mode ?? 'zookeeper';
  const counts = countServers(options, previous, mode);
  const logDirs = options.logDirs ?? previous?.logDirs ?? 1;
  const diskSizeBytes = options.diskSizeBytes ?? previous?.diskSizeBytes;
  const state: LocalState = {
    version: 2,
    name,
    mode,
    kafkaVersion: kafka?.version ?? previous?.kafkaVersion ?? defaultKafkaVersion,
    zookeeperVersion: zookeeper?.version ?? null,
    kafkaHome: kafka?.kafkaHome ?? null,
    phase: 'starting',
    dataDir: resolve(options.dataDir ?? previous?.dataDir ?? `${clusterFolder(name)}/data`),
    ephemeral: diskSizeBytes !== undefined || (options.ephemeral ?? previous?.ephemeral ?? false),
    owner: options.owner ?? null,
    heap: options.heap ?? previous?.heap ?? '512m',
    configs: options.configs ?? previous?.configs ?? {},
    zookeeperConfigs: options.zookeeperConfigs ?? previous?.zookeeperConfigs ?? {},
    logDirs,
    diskSizeBytes,
    partitionable: options.partitionable ?? previous?.partitionable ?? false,
    relay: previous?.relay ?? null,
    security: planSecurity(options, previous?.security, {
      version: kafka?.version ?? defaultKafkaVersion,
      mode,
    }),
    clusterId: previous?.clusterId ?? null,
    servers: [
      ...planRole('zookeeper', counts.zookeepers + counts.observers, options.zookeeperPort, name, previous),
      ...planRole('controller', counts.controllers, 'auto', name, previous),
      ...planRole('broker', counts.brokers, options.port, name, previous),
    ],
  };
  serversOf(state, 'broker').forEach((broker, index) => {
    const before = previous && serversOf(previous, 'broker')[index]?.rack;
    broker.rack = options.racks?.[index % options.racks.length] ?? before ?? `r${broker.id}`;
  });
  serversOf(state, 'zookeeper')
    .slice(counts.zookeepers)
    .forEach((server) => {
      server.observer = true;
    });
  if (previous) checkFits(previous, state);
  addOtherPorts(state, previous);
  return state;
}

interface Counts {
  zookeepers: number;
  observers: number;
  controllers: number;
  brokers: number;
}

function countServers(options: StartOptions, previous: LocalState | undefined, mode: LocalMode): Counts {
  const before = previous && countsOf(previous);
  const brokers = options.brokers ?? before?.brokers ?? 1;
  if (mode === 'kraft') {
    if (brokers === 0)
      throw usageError('a cluster in KRaft mode has at least one broker', 'Give --brokers 1 to 9.');
    if (options.zookeepers !== undefined || options.observers !== undefined)
      throw usageError('there is no ZooKeeper in KRaft mode', 'Its controllers are given by --controllers.');
    const controllers = options.controllers ?? before?.controllers ?? 0;
    return { zookeepers: 0, observers: 0, controllers, brokers };
  }
  if (options.controllers)
    throw usageError('there are no controllers of their own with ZooKeeper', 'Start it with --mode kraft.');
  const zookeepers = options.zookeepers ?? before?.zookeepers ?? 1;
  const observers = options.observers ?? before?.observers ?? 0;
  if (observers > 0 && zookeepers === 1)
    throw usageError('a ZooKeeper that is alone has no observers', 'Give --zookeepers 3 or 5 with them.');
  return { zookeepers, observers, controllers: 0, brokers };
}

function countsOf(state: LocalState): Counts {
  const zookeepers = serversOf(state, 'zookeeper');
  const observers = zookeepers.filter(({ observer }) => observer).length;
  return {
    zookeepers: zookeepers.length - observers,
    observers,
    controllers: serversOf(state, 'controller').length,
    brokers: serversOf(state, 'broker').length,
  };
}

function checkOptions(options: StartOptions): void {
  const { heap, configs = {}, zookeeperConfigs = {}, port, zookeeperPort, racks = [] } = options;
  checkCount(options.brokers, 'brokers', [0, 9]);
  checkCount(options.observers, 'observers', [0, 4]);
  checkCount(options.logDirs, 'log directories', [1, 8]);
  for (const [count, what] of [
    [options.zookeepers, 'ZooKeepers'],
    [options.controllers, 'controllers'],
  ] as const)
    if (count !== undefined && count !== 1 && count !== 3 && count !== 5)
      throw usageError(`${count} is not a number of ${what}`, 'A majority decides: there are 1, 3 or 5.');
  if (heap !== undefined && !/^\d{1,6}[kmg]$/i.test(heap))
    throw usageError(`"${heap}" is not the size of a heap`, 'Write for example 512m or 1g.');
  for (const wish of [port, zookeeperPort])
    if (wish !== undefined && wish !== 'auto' && (wish < 1 || wish > 65_535 - 9))
      throw usageError(`${wish} is not a port for servers`, 'Write a number up to 65526, or auto.');
  for (const rack of racks)
    if (!/^[\w.-]{1,249}$/.test(rack)) throw usageError(`"${rack}" is not the name of a rack`);
  checkBrokerConfigs(configs);
  checkZookeeperConfigs(zookeeperConfigs);
  if (options.partitionable && process.platform !== 'linux')
    throw new KctlError('a cluster can be partitioned on Linux only', { code: 'UNSUPPORTED' });
  if (options.diskSizeBytes !== undefined && options.diskSizeBytes < minDiskBytes)
    throw usageError(
      `a disk of ${showBytes(options.diskSizeBytes)} does not hold what a broker begins with`,
      `Give ${showBytes(minDiskBytes)} or more.`,
    );
}

function checkCount(count: number | undefined, what: string, [least, most]: [number, number]): void {
  if (count === undefined || (Number.isInteger(count) && count >= least && count <= most)) return;
  throw usageError(`${count} is not a number of ${what}`, `There can be ${least} to ${most}.`);
}

/** Data is not used for another mode, an older Kafka, or other members: whoever has data has a part in it. */
function checkFits(previous: LocalState, next: LocalState): void {
  const { name, mode, kafkaVersion } = previous;
  const hint = `Use another --name, or begin anew: kctl local reset --name ${name} --yes`;
  const conflict = (message: string) => new KctlError(message, { code: 'LOCAL_CONFLICT', hint });
  if (mode !== next.mode || compareVersions(next.kafkaVersion, kafkaVersion) < 0) {
    const which =
      mode === next.mode ? next.kafkaVersion : `${next.kafkaVersion} in ${modeName(next.mode)} mode`;
    throw conflict(
      `the data of the local cluster "${name}" is of Kafka ${kafkaVersion}, which ${which} cannot use`,
    );
  }
  const before = countsOf(previous);
  const after = countsOf(next);
  for (const what of ['zookeepers', 'observers', 'controllers'] as const)
    if (before[what] !== after[what])
      throw conflict(`the local cluster "${name}" has data of ${before[what]} ${what}, not ${after[what]}`);
  if (after.brokers < before.brokers)
    throw conflict(`the local cluster "${name}" has data of ${before.brokers} brokers, not ${after.brokers}`);
  if (next.logDirs < previous.logDirs)
    throw conflict(`the local cluster "${name}" has data in ${previous.logDirs} log directories a broker`);
  if (next.diskSizeBytes !== previous.diskSizeBytes)
    throw conflict(`the local cluster "${name}" has data on disks of another size`);
  if (
    next.partitionable &&
    !previous.partitionable &&
    previous.servers.some(({ process }) => isAlive(process))
  )
    throw conflict(`the local cluster "${name}" runs in part, and was not started to be partitioned`);
}

function planRole(
  role: ServerRole,
  count: number,
  wish: PortWish | undefined,
  name: string,
  previous: LocalState | undefined,
): ServerState[] {
  const earlier = previous ? serversOf(previous, role) : [];
  const [first] = earlier;
  const byDefault = name === 'default' ? firstPorts[role] : 'auto';
  const before = first && (first.portAuto ? 'auto' : first.port);
  return Array.from({ length: count }, (_, index) => ({
    role,
    id: roleBounds[role].firstId + index,
    ...planPort(wish, index, before ?? byDefault, earlier[index]),
    otherPorts: {},
    ...faultsOf(earlier[index]),
    process: earlier[index]?.process ?? null,
  }));
}

/** What was done to a server that the cluster still has. */
function faultsOf(server: ServerState | undefined): Pick<ServerState, 'partitioned' | 'clockSkewMs'> {
  const { partitioned, clockSkewMs } = server ?? {};
  return { ...(partitioned ? { partitioned } : {}), ...(clockSkewMs ? { clockSkewMs } : {}) };
}

function planPort(
  wish: PortWish | undefined,
  index: number,
  byDefault: PortWish,
  previous: ServerState | undefined,
): Pick<ServerState, 'port' | 'portAuto'> {
  if (wish === undefined && previous) return { port: previous.port, portAuto: previous.portAuto };
  const base = wish ?? byDefault;
  if (base === 'auto') return { port: previous?.portAuto ? previous.port : 0, portAuto: true };
  return { port: base + index, portAuto: false };
}

/** Members of an ensemble talk among themselves; without controllers of their own the first broker is one. */
function addOtherPorts(state: LocalState, previous: LocalState | undefined): void {
  const zookeepers = serversOf(state, 'zookeeper');
  const purposes = (server: ServerState): PortPurpose[] => {
    if (server.role === 'zookeeper') return zookeepers.length > 1 ? ['quorum', 'election'] : [];
    if (server.role === 'controller') return [];
    const isBoth = state.mode === 'kraft' && serversOf(state, 'controller').length === 0 && server.id === 1;
    return [...(isBoth ? ['controller' as const] : []), ...(state.security ? ['internal' as const] : [])];
  };
  for (const server of state.servers) {
    const before = previous?.servers.find(({ role, id }) => role === server.role && id === server.id);
    for (const purpose of purposes(server)) server.otherPorts[purpose] = before?.otherPorts[purpose] ?? 0;
  }
}
