import { usageError } from '../../base/errors.js';
import { serverFiles } from './files.js';
import { formatProperties, type Properties } from './java-properties.js';
import { internalListener, securityProperties } from './security.js';
import { readPasswords, securityFiles } from './security-files.js';
import {
  controllersOf,
  type LocalState,
  listeningHost,
  type ServerState,
  serversOf,
  zookeeperConnectOf,
} from './state.js';
import { compareVersions } from './versions.js';

/** What makes the servers one cluster is kctl's to say. */
const reservedBrokerKeys = [
  'advertised.listeners',
  'broker.id',
  'broker.rack',
  'controller.listener.names',
  'controller.quorum.bootstrap.servers',
  'controller.quorum.voters',
  'inter.broker.listener.name',
  'listener.security.protocol.map',
  'listeners',
  'log.dir',
  'log.dirs',
  'node.id',
  'process.roles',
  'zookeeper.connect',
];
const reservedZookeeperKey =
  /^(dataDir|dataLogDir|clientPort|clientPortAddress|secureClientPort|peerType|server\.\d+|dynamicConfigFile)$/;

/** @throws a usage error for a key that is kctl's to set, or that could not be one */
export function checkBrokerConfigs(configs: Record<string, string>): void {
  checkKeys(configs, (key) => reservedBrokerKeys.includes(key));
}

/** @throws a usage error for a key that is kctl's to set, or that could not be one */
export function checkZookeeperConfigs(configs: Record<string, string>): void {
  checkKeys(configs, (key) => reservedZookeeperKey.test(key));
}

function checkKeys(configs: Record<string, string>, isReserved: (key: string) => boolean): void {
  for (const key of Object.keys(configs)) {
    if (!/^[A-Za-z0-9._-]+$/.test(key)) throw usageError(`"${key}" is not a configuration key`);
    if (isReserved(key)) {
      throw usageError(
        `${key} is set by kctl and cannot be given`,
        'Ports, folders and racks have flags of their own.',
      );
    }
  }
}

/** The configuration that a server's own program reads. */
export function serverProperties(state: LocalState, server: ServerState): string {
  const byRole = {
    zookeeper: zookeeperProperties,
    controller: controllerProperties,
    broker: brokerProperties,
  };
  return formatProperties(byRole[server.role](state, server));
}

function zookeeperProperties(state: LocalState, server: ServerState): Properties {
  const members = serversOf(state, 'zookeeper');
  return {
    dataDir: serverFiles(state, server).dataDir,
    clientPort: server.port,
    clientPortAddress: listeningHost(state),
    tickTime: 2000,
    maxClientCnxns: 0,
    'admin.enableServer': false,
    '4lw.commands.whitelist': '*',
    extendedTypesEnabled: true,
    ...(members.length > 1 ? ensemble(state, server, members) : {}),
    ...state.zookeeperConfigs,
  };
}

function ensemble(state: LocalState, server: ServerState, members: ServerState[]): Properties {
  const addresses = members.map(({ id, observer, otherPorts: { quorum = 0, election = 0 } }) => {
    // A member listens at its own line, and connects to the others' ones.
    const host = id === server.id ? listeningHost(state) : '127.0.0.1';
    return [`server.${id}`, `${host}:${quorum}:${election}${observer ? ':observer' : ''}`];
  });
  return {
    initLimit: 10,
    syncLimit: 5,
    ...(server.observer ? { peerType: 'observer' } : {}),
    ...Object.fromEntries(addresses),
  };
}

/** Kafka's own defaults, but for what one machine and a quick start ask for; `--config` has the last word. */
function brokerProperties(state: LocalState, server: ServerState): Properties {
  const replicas = Math.min(3, serversOf(state, 'broker').length);
  return {
    'log.dirs': serverFiles(state, server).dataDirs.join(','),
    'broker.rack': server.rack ?? '',
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': Math.min(2, replicas),
    'group.initial.rebalance.delay.ms': 0,
    // The buffer is filled at start; 128 MB of it would be a quarter of the heap.
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    ...(state.mode === 'zookeeper' ? zookeeperMode(state, server) : kraftMode(state, server, replicas)),
    ...securityOf(state),
    ...state.configs,
  };
}

function zookeeperMode(state: LocalState, server: ServerState): Properties {
  return {
    'broker.id': server.id,
    listeners: clientListeners(state, server, listeningHost(state)),
    'advertised.listeners': clientListeners(state, server),
    'zookeeper.connect': zookeeperConnectOf(state) ?? '',
    'listener.security.protocol.map': listenerProtocols(state),
    'zookeeper.session.timeout.ms': 6000,
    // Brokers that stop together cannot hand over their leaders: they should not try for long.
    'controlled.shutdown.retry.backoff.ms': 200,
  };
}

/** Where clients connect; in a secured cluster brokers have a listener of their own. */
function clientListeners({ security }: LocalState, server: ServerState, host = '127.0.0.1'): string {
  const client = `${security?.protocol ?? 'PLAINTEXT'}://${host}:${server.port}`;
  return security ? `${client},${internalListener}://${host}:${server.otherPorts.internal}` : client;
}

/** Where a node listens for controllers and brokers, when it is a controller. */
function controllerListener({ port, role, otherPorts }: ServerState, host = '127.0.0.1'): string[] {
  const controllerPort = role === 'controller' ? port : otherPorts.controller;
  return controllerPort === undefined ? [] : [`CONTROLLER://${host}:${controllerPort}`];
}

function listenerProtocols({ mode, security }: LocalState): string {
  const inside = security ? 'SASL_PLAINTEXT' : 'PLAINTEXT';
  const outside = security?.protocol ?? 'PLAINTEXT';
  return [
    `${outside}:${outside}`,
    ...(security ? [`${internalListener}:${inside}`] : []),
    ...(mode === 'kraft' ? [`CONTROLLER:${inside}`] : []),
  ].join(',');
}

function securityOf({ name, security, kafkaVersion: version, mode }: LocalState): Properties {
  if (!security) return {};
  const files = securityFiles(name);
  return securityProperties(security, { version, mode }, files, readPasswords(name));
}

function kraftMode(state: LocalState, server: ServerState, replicas: number): Properties {
  const share =
    compareVersions(state.kafkaVersion, '4.0') < 0
      ? {}
      : {
          'share.coordinator.state.topic.replication.factor': replicas,
          'share.coordinator.state.topic.min.isr': Math.min(2, replicas),
        };
  return {
    ...quorum(state, server),
    'process.roles': server.otherPorts.controller === undefined ? 'broker' : 'broker,controller',
    ...kraftListeners(state, server),
    ...share,
  };
}

/** A KRaft controller that is no broker. */
function controllerProperties(state: LocalState, server: ServerState): Properties {
  return {
    'log.dirs': serverFiles(state, server).dataDir,
    ...quorum(state, server),
    'process.roles': 'controller',
    ...kraftListeners(state, server),
    ...securityOf(state),
    ...state.configs,
  };
}

function kraftListeners(state: LocalState, server: ServerState): Properties {
  const listeners = (host?: string) => [
    ...(server.role === 'broker' ? [clientListeners(state, server, host)] : []),
    ...controllerListener(server, host),
  ];
  // A controller behind a relay says so from 3.9 on; before, it may not (KIP-853).
  const saysController = state.partitionable === true && compareVersions(state.kafkaVersion, '3.9') >= 0;
  const advertised = listeners().filter((each) => saysController || !each.startsWith('CONTROLLER:'));
  return {
    listeners: listeners(listeningHost(state)).join(','),
    ...(advertised.length > 0 ? { 'advertised.listeners': advertised.join(',') } : {}),
  };
}

function quorum(state: LocalState, server: ServerState): Properties {
  return {
    'node.id': server.id,
    'controller.quorum.voters': controllersOf(state)
      .map(({ id, port }) => `${id}@127.0.0.1:${port}`)
      .join(','),
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': listenerProtocols(state),
    // As ZooKeeper's session; a killed broker is let in again only after it.
    'broker.session.timeout.ms': 6000,
  };
}

/** What marks a KRaft log directory as this node's (org.apache.kafka.metadata.properties.MetaProperties). */
export function metaProperties(clusterId: string, nodeId: number, directoryId: string): string {
  return formatProperties({
    version: 1,
    'cluster.id': clusterId,
    'node.id': nodeId,
    'directory.id': directoryId,
  });
}
