import { dirname } from 'node:path';
import { explainDeath } from '../cluster/local/death.js';
import { freeBytesOf } from '../cluster/local/disk.js';
import type { Engine } from '../cluster/local/engine.js';
import { serverFiles } from '../cluster/local/files.js';
import { isAlive, isPaused } from '../cluster/local/identity.js';
import { lockHolder } from '../cluster/local/lock.js';
import { logFileOf } from '../cluster/local/logs.js';
import { lockFile } from '../cluster/local/paths.js';
import { publicClientProperties } from '../cluster/local/security.js';
import { securityFiles } from '../cluster/local/security-files.js';
import {
  bootstrapServersOf,
  type LocalState,
  type ServerRole,
  type ServerState,
  serversOf,
  zookeeperConnectOf,
} from '../cluster/local/state.js';
import type {
  LocalCluster,
  LocalClusterState,
  LocalEngine,
  LocalSecurityDocument,
  LocalServer,
} from './types.js';

/** A cluster as it is now: what was written down, and which of its processes live. */
export function describeLocal(
  name: string,
  state: LocalState | undefined,
  warnings: string[] = [],
): LocalCluster {
  const died = state ? state.servers.filter((server) => serverState(server) === 'died') : [];
  return {
    kind: 'LocalCluster',
    version: 1,
    name,
    state: state ? clusterState(state) : 'absent',
    mode: state?.mode ?? null,
    kafkaVersion: state && runsKafka(state) ? state.kafkaVersion : null,
    zookeeperVersion: state?.zookeeperVersion ?? null,
    clusterId: state?.clusterId ?? null,
    bootstrapServers: (state && bootstrapServersOf(state).join(',')) || null,
    zookeeperConnect: state ? zookeeperConnectOf(state) : null,
    security: state ? describeSecurity(state) : null,
    dataDir: state?.dataDir ?? null,
    ephemeral: state?.ephemeral ?? false,
    partitionable: state?.partitionable ?? false,
    diskSizeBytes: state?.diskSizeBytes ?? null,
    brokers: describe(state, 'broker', (server, state) => ({
      rack: server.rack ?? '',
      logDirs: serverFiles(state, server).dataDirs,
      freeBytes: freeBytesOf(state, server),
    })),
    controllers: describe(state, 'controller', () => ({})),
    zookeepers: describe(state, 'zookeeper', ({ observer = false }) => ({ observer })),
    warnings: [
      ...warnings,
      ...(state ? died.map((each) => explainDeath(state, each)) : []),
      ...(state?.relay && !isAlive(state.relay)
        ? ["the relay between the servers ended without kctl's doing: start the cluster again"]
        : []),
    ],
  };
}

function describeSecurity({ name, security }: LocalState): LocalSecurityDocument | null {
  if (!security) return null;
  const { protocol, mechanism, clientAuth, authorizer, users } = security;
  const files = securityFiles(name);
  return {
    protocol,
    mechanism: protocol.startsWith('SASL') ? mechanism : null,
    clientAuth,
    authorizer,
    caFile: protocol.endsWith('SSL') ? files.ca : null,
    users: users.map((user) => ({
      name: user,
      propertiesFile: files.propertiesOf(user),
      keyFile: clientAuth ? files.keyOf(user) : null,
      properties: publicClientProperties(security, user, files),
    })),
  };
}

/** A ZooKeeper alone may be Kafka's own too. */
function runsKafka(state: LocalState): boolean {
  return state.zookeeperVersion === null || serversOf(state, 'broker').length > 0;
}

function describe<T>(
  state: LocalState | undefined,
  role: ServerRole,
  more: (server: ServerState, state: LocalState) => T,
): Array<LocalServer & T> {
  if (!state) return [];
  return serversOf(state, role).map((each) => ({ ...server(state, each), ...more(each, state) }));
}

function clusterState(state: LocalState): LocalClusterState {
  if (state.phase === 'starting' && lockHolder(lockFile(state.name))) return 'starting';
  const alive = state.servers.filter(({ process }) => isAlive(process)).length;
  if (alive === 0) return 'stopped';
  return alive === state.servers.length && state.phase === 'running' ? 'running' : 'partial';
}

function serverState({ process }: ServerState): LocalServer['state'] {
  if (!process) return 'stopped';
  if (!isAlive(process)) return 'died';
  return isPaused(process) ? 'paused' : 'running';
}

function server(state: LocalState, server: ServerState): LocalServer {
  const isRunning = isAlive(server.process);
  return {
    id: server.id,
    host: '127.0.0.1',
    port: server.port,
    pid: isRunning ? (server.process?.pid ?? null) : null,
    state: serverState(server),
    partitioned: server.partitioned ?? false,
    clockSkewMs: server.clockSkewMs ?? 0,
    dataDir: serverFiles(state, server).dataDir,
    logFile: logFileOf(state, server),
  };
}

export function describeEngine({ product, version, mode, pinned, jars }: Engine): LocalEngine {
  return {
    kind: 'LocalEngine',
    version: 1,
    kafkaVersion: product === 'kafka' ? version : null,
    zookeeperVersion: product === 'zookeeper' ? version : null,
    mode,
    pinned,
    libs: dirname(jars[0] ?? ''),
    jars: jars.length,
  };
}
