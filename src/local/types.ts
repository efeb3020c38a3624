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
  /** `paused`: stopped by a signal, to be resumed; `died`: it ended without kctl's doing. */
  state: 'running' | 'paused' | 'stopped' | 'died';
  /** Nothing passes between it and anybody else. */
  partitioned: boolean;
  /** How far its clock is ahead of this machine's, or behind when negative. */
  clockSkewMs: number;
  dataDir: string;
  logFile: string;
}

export interface LocalBroker extends LocalServer {
  rack: string;
  /** All of its log directories; the first is `dataDir`. */
  logDirs: string[];
  /** What is left of its smallest disk; null where disks have no limit, or are not there. */
  freeBytes: number | null;
}

export interface LocalZookeeper extends LocalServer {
  /** It follows without a vote. */
  observer: boolean;
}

export interface LocalUser {
  name: string;
  /** A Java client.properties of this user's, with the password; readable by its owner only. */
  propertiesFile: string;
  /** The private key and the certificate, where clients need one. */
  keyFile: string | null;
  /** What stands in the file and is no secret, the addresses left out. */
  properties: Record<string, string>;
}

export interface LocalSecurityDocument {
  protocol: string;
  /** null without SASL. */
  mechanism: string | null;
  clientAuth: boolean;
  authorizer: boolean;
  /** What clients trust; null without TLS. */
  caFile: string | null;
  /** The administrator first, who is in `super.users`. */
  users: LocalUser[];
}

export interface LocalCluster extends ResultDocument {
  kind: 'LocalCluster';
  name: string;
  state: LocalClusterState;
  mode: LocalMode | null;
  /** null for a ZooKeeper alone that is not Kafka's. */
  kafkaVersion: string | null;
  /** null for the ZooKeeper that Kafka brings. */
  zookeeperVersion: string | null;
  clusterId: string | null;
  bootstrapServers: string | null;
  zookeeperConnect: string | null;
  /** null for one that is open to all. */
  security: LocalSecurityDocument | null;
  dataDir: string | null;
  ephemeral: boolean;
  /** Servers can be cut off. */
  partitionable: boolean;
  /** Of each log directory of a broker; null without a limit. */
  diskSizeBytes: number | null;
  brokers: LocalBroker[];
  /** Of a KRaft cluster whose brokers are not controllers too. */
  controllers: LocalServer[];
  zookeepers: LocalZookeeper[];
  warnings: string[];
}

/** Which engine: Kafka's default version when nothing is given. */
export interface EngineChoice {
  kafkaVersion?: string | undefined;
  mode?: LocalMode | undefined;
  /** A ZooKeeper by itself, in place of a Kafka. */
  zookeeperVersion?: string | undefined;
}

export interface LocalEngine extends ResultDocument {
  kind: 'LocalEngine';
  /** One of both is null. */
  kafkaVersion: string | null;
  zookeeperVersion: string | null;
  mode: LocalMode;
  /** Its jars are held to checksums that came with kctl; else to those of the first fetch. */
  pinned: boolean;
  /** The folder of its jars. */
  libs: string;
  jars: number;
}
