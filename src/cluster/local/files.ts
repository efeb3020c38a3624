import { join } from 'node:path';
import { usageError } from '../../base/errors.js';
import { clusterFolder } from './paths.js';
import { type LocalState, type ServerState, serverName, zookeeperConnectOf } from './state.js';

/** Where everything of one server is. */
export interface ServerFiles {
  dataDir: string;
  /** What the server logs; rolled over at 10 MB. */
  log: string;
  /** What it writes to stdout and stderr: the JVM's own last words. */
  output: string;
  /** Its configuration, as its own program reads it. */
  config: string;
  loggingConfig: string;
  /** Java's arguments; its path stands in the process's command line. */
  arguments: string;
}

export function serverFiles(state: LocalState, server: Pick<ServerState, 'role' | 'id'>): ServerFiles {
  const name = serverName(server);
  const folder = clusterFolder(state.name);
  const config = join(folder, 'config');
  return {
    dataDir: join(state.dataDir, name),
    log: join(folder, 'logs', `${name}.log`),
    output: join(folder, 'logs', `${name}.out`),
    config: join(config, `${name}.properties`),
    loggingConfig: join(config, `${name}-log4j.properties`),
    arguments: join(config, `${name}.args`),
  };
}

type Properties = Record<string, string | number | boolean>;

/** What makes the servers one cluster is kctl's to say. */
const reservedKeys = [
  'advertised.listeners',
  'broker.id',
  'controller.listener.names',
  'controller.quorum.bootstrap.servers',
  'controller.quorum.voters',
  'listeners',
  'log.dir',
  'log.dirs',
  'node.id',
  'process.roles',
  'zookeeper.connect',
];

/** @throws a usage error for a key that is kctl's to set, or that could not be one */
export function checkBrokerConfigs(configs: Record<string, string>): void {
  for (const key of Object.keys(configs)) {
    if (!/^[A-Za-z0-9._-]+$/.test(key)) throw usageError(`"${key}" is not a configuration key`);
    if (reservedKeys.includes(key)) {
      throw usageError(
        `${key} is set by kctl and cannot be given`,
        'Ports and folders have flags of their own.',
      );
    }
  }
}

export function zookeeperProperties(state: LocalState, server: ServerState): string {
  return formatProperties({
    dataDir: serverFiles(state, server).dataDir,
    clientPort: server.port,
    clientPortAddress: '127.0.0.1',
    tickTime: 2000,
    maxClientCnxns: 0,
    'admin.enableServer': false,
    '4lw.commands.whitelist': '*',
    extendedTypesEnabled: true,
  });
}

/** Kafka's own defaults, but for what one machine and a quick start ask for; `--config` has the last word. */
export function brokerProperties(state: LocalState, server: ServerState): string {
  const replicas = Math.min(3, state.brokers.length);
  const common: Properties = {
    'log.dirs': serverFiles(state, server).dataDir,
    'broker.rack': `r${server.id}`,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': Math.min(2, replicas),
    'group.initial.rebalance.delay.ms': 0,
    // The buffer is filled at start; 128 MB of it would be a quarter of the heap.
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
  };
  const mode = state.mode === 'zookeeper' ? zookeeperMode(state, server) : kraftMode(state, server, replicas);
  return formatProperties({ ...common, ...mode, ...state.configs });
}

function zookeeperMode(state: LocalState, server: ServerState): Properties {
  return {
    'broker.id': server.id,
    listeners: `PLAINTEXT://127.0.0.1:${server.port}`,
    'zookeeper.connect': zookeeperConnectOf(state) ?? '',
    'zookeeper.session.timeout.ms': 6000,
    // Brokers that stop together cannot hand over their leaders: they should not try for long.
    'controlled.shutdown.retry.backoff.ms': 200,
  };
}

/** Node 1 is the controller too; the others are brokers only. */
function kraftMode(state: LocalState, server: ServerState, replicas: number): Properties {
  const controllerPort = state.brokers[0]?.controllerPort ?? 0;
  const isController = server.controllerPort !== undefined;
  const listeners = [`PLAINTEXT://127.0.0.1:${server.port}`];
  if (isController) listeners.push(`CONTROLLER://127.0.0.1:${controllerPort}`);
  return {
    'node.id': server.id,
    'process.roles': isController ? 'broker,controller' : 'broker',
    listeners: listeners.join(','),
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${server.port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    // As ZooKeeper's session; a killed broker is let in again only after it.
    'broker.session.timeout.ms': 6000,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': Math.min(2, replicas),
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

/** One value of a file of Java properties, where kctl or Kafka wrote it. */
export function propertyOf(text: string, key: string): string | undefined {
  const line = text.split(/\r?\n/).find((each) => each.startsWith(`${key}=`));
  return line?.slice(key.length + 1).trim();
}

/** Kafka before 4 logs by reload4j, from 4 on by Log4j 2. */
export function loggingProperties(state: LocalState, log: string): string {
  return state.mode === 'kraft' ? log4j2Properties(log) : log4jProperties(log);
}

const pattern = '[%d] %p %m (%c)%n';

function log4jProperties(log: string): string {
  return formatProperties({
    'log4j.rootLogger': 'INFO, file',
    'log4j.appender.file': 'org.apache.log4j.RollingFileAppender',
    'log4j.appender.file.File': log,
    'log4j.appender.file.MaxFileSize': '10MB',
    'log4j.appender.file.MaxBackupIndex': 1,
    'log4j.appender.file.layout': 'org.apache.log4j.PatternLayout',
    'log4j.appender.file.layout.ConversionPattern': pattern,
  });
}

function log4j2Properties(log: string): string {
  return formatProperties({
    'appender.file.type': 'RollingFile',
    'appender.file.name': 'file',
    'appender.file.fileName': log,
    'appender.file.filePattern': `${log}.%i`,
    'appender.file.layout.type': 'PatternLayout',
    'appender.file.layout.pattern': pattern,
    'appender.file.policy.type': 'SizeBasedTriggeringPolicy',
    'appender.file.policy.size': '10MB',
    'appender.file.strategy.type': 'DefaultRolloverStrategy',
    'appender.file.strategy.max': 1,
    'rootLogger.level': 'INFO',
    'rootLogger.appenderRef.file.ref': 'file',
  });
}

export interface JavaArguments {
  jars: string[];
  /** An archive of prepared classes to start from; Java ignores one that does not fit. */
  archive?: string | undefined;
  /** Write such an archive when the server ends. */
  archiveAtExit?: string | undefined;
}

/**
 * The arguments of a server's JVM, as an argument file of the java launcher. A small heap, the serial collector
 * and the quick compiler alone: the least time and memory to a server that is ready.
 */
export function javaArguments(
  state: LocalState,
  server: ServerState,
  { jars, archive, archiveAtExit }: JavaArguments,
): string {
  const files = serverFiles(state, server);
  const isBroker = server.role === 'broker';
  const logging = state.mode === 'kraft' ? 'log4j2.configurationFile=' : 'log4j.configuration=file:';
  return [
    `-Xmx${isBroker ? state.heap : '256m'}`,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-XX:+ExitOnOutOfMemoryError',
    '-Xshare:auto',
    ...(archive ? [`-XX:SharedArchiveFile=${archive}`] : []),
    ...(archiveAtExit ? [`-XX:ArchiveClassesAtExit=${archiveAtExit}`] : []),
    '-Djava.awt.headless=true',
    '-Djava.net.preferIPv4Stack=true',
    `-D${logging}${files.loggingConfig}`,
    '-cp',
    jars.join(':'),
    isBroker ? 'kafka.Kafka' : 'org.apache.zookeeper.server.quorum.QuorumPeerMain',
    files.config,
  ]
    .map((word) => `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"\n`)
    .join('');
}

/** Writes Java properties: keys here need no escapes, values may. */
export function formatProperties(properties: Properties): string {
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${escapeValue(String(value))}\n`)
    .join('');
}

function escapeValue(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replace(/^ /, '\\ ')
    .replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
