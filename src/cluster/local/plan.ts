import { resolve } from 'node:path';
import { KctlError, usageError } from '../../base/errors.js';
import type { Engine } from './engine.js';
import { checkBrokerConfigs } from './files.js';
import type { ProcessIdentity } from './identity.js';
import { clusterFolder } from './paths.js';
import { choosePorts, isPortFree, requireFree } from './ports.js';
import { type LocalState, type ServerState, serverName, serversOf } from './state.js';

export type PortWish = number | 'auto';

/** What is not given stays as the cluster was started before, else takes the default. */
export interface StartOptions {
  name: string;
  /** 1 to 9 */
  brokers?: number | undefined;
  kafkaVersion?: string | undefined;
  /** An unpacked distribution, in place of `kafkaVersion`. */
  kafkaHome?: string | undefined;
  /** Of the first broker; the others have the ports that follow. */
  port?: PortWish | undefined;
  zookeeperPort?: PortWish | undefined;
  dataDir?: string | undefined;
  /** The data is removed when the cluster is stopped. */
  ephemeral?: boolean | undefined;
  /** The process that the cluster ends with. */
  owner?: ProcessIdentity | undefined;
  configs?: Record<string, string> | undefined;
  /** A broker's maximum heap, as Java writes it. */
  heap?: string | undefined;
}

const firstPort = 9092;
const zookeeperPort = 2181;

/**
 * What the cluster shall be: the options over what it was before. Ports may be left 0, to be chosen.
 * @throws a usage error, or `LOCAL_CONFLICT` when its data cannot be used so
 */
export function planCluster(
  options: StartOptions,
  previous: LocalState | undefined,
  engine: Engine,
): LocalState {
  const { name } = options;
  checkOptions(options);
  const count = options.brokers ?? previous?.brokers.length ?? 1;
  if (previous) checkFits(previous, engine, count);
  const { kafkaVersion, kafkaHome, mode } = engine;
  return {
    version: 1,
    name,
    mode,
    kafkaVersion,
    kafkaHome,
    phase: 'starting',
    dataDir: resolve(options.dataDir ?? previous?.dataDir ?? `${clusterFolder(name)}/data`),
    ephemeral: options.ephemeral ?? previous?.ephemeral ?? false,
    owner: options.owner ?? null,
    heap: options.heap ?? previous?.heap ?? '512m',
    configs: options.configs ?? previous?.configs ?? {},
    clusterId: previous?.clusterId ?? null,
    zookeeper: mode === 'zookeeper' ? planZookeeper(options, previous?.zookeeper) : null,
    brokers: Array.from({ length: count }, (_, index) => planBroker(index, options, previous, mode)),
  };
}

function checkOptions({ brokers, heap, configs = {}, port, zookeeperPort }: StartOptions): void {
  if (brokers !== undefined && (!Number.isInteger(brokers) || brokers < 1 || brokers > 9))
    throw usageError(`${brokers} is not a number of brokers`, 'A local cluster has 1 to 9.');
  if (heap !== undefined && !/^\d{1,6}[kmg]$/i.test(heap))
    throw usageError(`"${heap}" is not the size of a heap`, 'Write for example 512m or 1g.');
  for (const wish of [port, zookeeperPort])
    if (wish !== undefined && wish !== 'auto' && (wish < 1 || wish > 65_535 - 9))
      throw usageError(`${wish} is not a port for servers`, 'Write a number up to 65526, or auto.');
  checkBrokerConfigs(configs);
}

function checkFits(previous: LocalState, engine: Engine, count: number): void {
  const { name, mode, kafkaVersion, brokers } = previous;
  const hint = `Use another --name, or begin anew: kctl local reset --name ${name} --yes`;
  const conflict = (message: string) => new KctlError(message, { code: 'LOCAL_CONFLICT', hint });
  if (mode !== engine.mode) {
    throw conflict(
      `the data of the local cluster "${name}" is of Kafka ${kafkaVersion}, which ${engine.kafkaVersion} cannot use`,
    );
  }
  if (count < brokers.length)
    throw conflict(`the local cluster "${name}" has data of ${brokers.length} brokers, not ${count}`);
}

function planZookeeper(
  { name, zookeeperPort: wish }: StartOptions,
  previous?: ServerState | null,
): ServerState {
  const server = { role: 'zookeeper' as const, id: 1, process: previous?.process ?? null };
  const byDefault = name === 'default' ? zookeeperPort : 'auto';
  return { ...server, ...planPort(wish, 0, byDefault, previous) };
}

function planBroker(
  index: number,
  options: StartOptions,
  previous: LocalState | undefined,
  mode: LocalState['mode'],
): ServerState {
  const first = previous?.brokers[0];
  const before = previous?.brokers[index];
  const byDefault = first ? (first.portAuto ? 'auto' : first.port) : undefined;
  const fallback = byDefault ?? (options.name === 'default' ? firstPort : 'auto');
  return {
    role: 'broker',
    id: index + 1,
    ...planPort(options.port, index, fallback, before),
    ...(mode === 'kraft' && index === 0 ? { controllerPort: before?.controllerPort ?? 0 } : {}),
    process: before?.process ?? null,
  };
}

function planPort(
  wish: PortWish | undefined,
  index: number,
  byDefault: PortWish,
  previous: ServerState | null | undefined,
): Pick<ServerState, 'port' | 'portAuto'> {
  if (wish === undefined && previous) return { port: previous.port, portAuto: previous.portAuto };
  const base = wish ?? byDefault;
  if (base === 'auto') return { port: previous?.portAuto ? previous.port : 0, portAuto: true };
  return { port: base + index, portAuto: false };
}

/**
 * Gives every server that is to be started a port that is free.
 * @throws KctlError `PORT_IN_USE`
 */
export async function assignPorts(state: LocalState, starting: ServerState[]): Promise<void> {
  for (const server of starting) {
    if (!server.portAuto) {
      const flag = server.role === 'zookeeper' ? '--zk-port' : '--port';
      await requireFree(
        server.port,
        serverName(server),
        `Give another one: ${flag} <port>, or ${flag} auto.`,
      );
    } else if (server.port !== 0 && !(await isPortFree(server.port))) server.port = 0;
    if (server.controllerPort && !(await isPortFree(server.controllerPort))) server.controllerPort = 0;
  }
  const missing = starting.filter(({ port }) => port === 0);
  const controller = starting.find(({ controllerPort }) => controllerPort === 0);
  const taken = new Set(serversOf(state).map(({ port }) => port));
  const ports = await choosePorts(missing.length + (controller ? 1 : 0), taken);
  for (const server of missing) server.port = ports.shift() ?? 0;
  if (controller) controller.controllerPort = ports.shift() ?? 0;
}
