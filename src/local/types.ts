import type { ResultDocument } from '../base/result.js';
import type { LocalMode } from '../cluster/local/state.js';

/**
 * `partial`: some of its servers run and some do not; `starting`: another kctl is at it;
 * `absent`: nothing is known of a cluster of this name.
 */
export type LocalClusterState = 'running' | 'partial' | 'starting' | 'stopped' | 'absent';

export interface LocalServer {
  id: number;
  host: string;
  port: number;
  pid: number | null;
  /** `died`: it ended without kctl's doing. */
  state: 'running' | 'stopped' | 'died';
  dataDir: string;
  logFile: string;
}

export interface LocalBroker extends LocalServer {
  rack: string;
}

export interface LocalCluster extends ResultDocument {
  kind: 'LocalCluster';
  name: string;
  state: LocalClusterState;
  mode: LocalMode | null;
  kafkaVersion: string | null;
  clusterId: string | null;
  bootstrapServers: string | null;
  zookeeperConnect: string | null;
  dataDir: string | null;
  ephemeral: boolean;
  brokers: LocalBroker[];
  zookeepers: LocalServer[];
  warnings: string[];
}

export interface LocalEngine extends ResultDocument {
  kind: 'LocalEngine';
  kafkaVersion: string;
  mode: LocalMode;
  /** The folder of its jars. */
  libs: string;
  jars: number;
}
