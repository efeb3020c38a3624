import { dirname } from 'node:path';
import type { Engine } from '../cluster/local/engine.js';
import { serverFiles } from '../cluster/local/files.js';
import { isAlive } from '../cluster/local/identity.js';
import { lockHolder } from '../cluster/local/lock.js';
import { logFileOf } from '../cluster/local/logs.js';
import { lockFile } from '../cluster/local/paths.js';
import {
  bootstrapServersOf,
  type LocalState,
  type ServerState,
  serverName,
  serversOf,
  zookeeperConnectOf,
} from '../cluster/local/state.js';
import type { LocalCluster, LocalClusterState, LocalEngine, LocalServer } from './types.js';

/** A cluster as it is now: what was written down, and which of its processes live. */
export function describeLocal(
  name: string,
  state: LocalState | undefined,
  warnings: string[] = [],
): LocalCluster {
  const died = state ? serversOf(state).filter((server) => serverState(server) === 'died') : [];
  return {
    kind: 'LocalCluster',
    version: 1,
    name,
    state: state ? clusterState(state) : 'absent',
    mode: state?.mode ?? null,
    kafkaVersion: state?.kafkaVersion ?? null,
    clusterId: state?.clusterId ?? null,
    bootstrapServers: state ? bootstrapServersOf(state).join(',') : null,
    zookeeperConnect: state ? zookeeperConnectOf(state) : null,
    dataDir: state?.dataDir ?? null,
    ephemeral: state?.ephemeral ?? false,
    brokers: state?.brokers.map((broker) => ({ ...server(state, broker), rack: `r${broker.id}` })) ?? [],
    zookeepers: state?.zookeeper ? [server(state, state.zookeeper)] : [],
    warnings: [...warnings, ...died.map((each) => `${serverName(each)} ended without kctl's doing`)],
  };
}

function clusterState(state: LocalState): LocalClusterState {
  if (state.phase === 'starting' && lockHolder(lockFile(state.name))) return 'starting';
  const alive = serversOf(state).filter((server) => isAlive(server.process)).length;
  if (alive === 0) return 'stopped';
  return alive === serversOf(state).length && state.phase === 'running' ? 'running' : 'partial';
}

function serverState({ process }: ServerState): LocalServer['state'] {
  if (!process) return 'stopped';
  return isAlive(process) ? 'running' : 'died';
}

function server(state: LocalState, server: ServerState): LocalServer {
  const isRunning = isAlive(server.process);
  return {
    id: server.id,
    host: '127.0.0.1',
    port: server.port,
    pid: isRunning ? (server.process?.pid ?? null) : null,
    state: serverState(server),
    dataDir: serverFiles(state, server).dataDir,
    logFile: logFileOf(state, server),
  };
}

export function describeEngine({ kafkaVersion, mode, jars }: Engine): LocalEngine {
  const libs = dirname(jars[0] ?? '');
  return { kind: 'LocalEngine', version: 1, kafkaVersion, mode, libs, jars: jars.length };
}
