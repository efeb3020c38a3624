import { join } from 'node:path';
import { formatProperties } from './java-properties.js';
import { clusterFolder } from './paths.js';
import { type LocalState, type ServerState, serverName } from './state.js';
import { compareVersions } from './versions.js';

/** Where everything of one server is. */
export interface ServerFiles {
  dataDir: string;
  /** All log directories of a broker; the first is `dataDir`. */
  dataDirs: string[];
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
  const dataDir = join(state.dataDir, name);
  const more = server.role === 'broker' ? state.logDirs - 1 : 0;
  return {
    dataDir,
    dataDirs: [dataDir, ...Array.from({ length: more }, (_, index) => `${dataDir}-dir${index + 2}`)],
    log: join(folder, 'logs', `${name}.log`),
    output: join(folder, 'logs', `${name}.out`),
    config: join(config, `${name}.properties`),
    loggingConfig: join(config, `${name}-log4j.properties`),
    arguments: join(config, `${name}.args`),
  };
}

/** ZooKeeper, and Kafka before 4, log by reload4j; Kafka from 4 on by Log4j 2. */
function logsByLog4j2(state: LocalState, { role }: ServerState): boolean {
  return role !== 'zookeeper' && compareVersions(state.kafkaVersion, '4.0') >= 0;
}

export function loggingProperties(state: LocalState, server: ServerState): string {
  const { log } = serverFiles(state, server);
  return logsByLog4j2(state, server) ? log4j2Properties(log) : log4jProperties(log);
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
 * and the quick compiler alone: the least time and memory to a server that is ready. Of the compilers C1 without profiles
 * takes the least CPU time to a ready cluster and for a first load (2.1 s, with C2 3.3 s); a second thread of it takes the
 * core that the server's own start is on.
 */
export function javaArguments(
  state: LocalState,
  server: ServerState,
  { jars, archive, archiveAtExit }: JavaArguments,
): string {
  const files = serverFiles(state, server);
  const isKafka = server.role !== 'zookeeper';
  const logging = logsByLog4j2(state, server) ? 'log4j2.configurationFile=' : 'log4j.configuration=file:';
  return [
    `-Xmx${isKafka ? state.heap : '256m'}`,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-XX:CICompilerCount=1',
    '-XX:CompileThresholdScaling=0.3',
    '-XX:-UsePerfData',
    '-XX:+ExitOnOutOfMemoryError',
    '-Xshare:auto',
    ...(archive ? [`-XX:SharedArchiveFile=${archive}`] : []),
    ...(archiveAtExit ? [`-XX:ArchiveClassesAtExit=${archiveAtExit}`] : []),
    '-Djava.awt.headless=true',
    '-Djava.net.preferIPv4Stack=true',
    `-D${logging}${files.loggingConfig}`,
    // ZooKeeper before 3.5 would register classes of log4j that reload4j does not have.
    ...(isKafka ? [] : ['-Dzookeeper.jmx.log4j.disable=true']),
    '-cp',
    jars.join(':'),
    isKafka ? 'kafka.Kafka' : 'org.apache.zookeeper.server.quorum.QuorumPeerMain',
    files.config,
  ]
    .map((word) => `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"\n`)
    .join('');
}
