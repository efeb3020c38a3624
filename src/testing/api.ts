/**
 * `kctl/testing`: a real Kafka for a test, gone with it. The build publishes this file as the module's types, so it
 * imports nothing.
 */

/** As the flags of `kctl local exec`; whatever is left out takes its default: one broker and one ZooKeeper. */
export interface LocalClusterOptions {
  /** 2.4.0 or newer; 3.9.2 when absent. From 4.0 on, and with `mode: 'kraft'`, there is no ZooKeeper. */
  kafkaVersion?: string;
  /** For a Kafka that knows both, 3.3 to 3.9. */
  mode?: 'zookeeper' | 'kraft';
  /** An unpacked Kafka to run instead of `kafkaVersion`. */
  kafkaHome?: string;
  /** A ZooKeeper other than the one that comes with Kafka. */
  zookeeperVersion?: string;
  /** 1 to 9; 0 for a ZooKeeper alone. */
  brokers?: number;
  /** 1, 3 or 5. */
  zookeepers?: number;
  /** ZooKeepers without a vote, up to 4. */
  observers?: number;
  /** KRaft: 1, 3 or 5 controllers of their own; else the first broker is the controller too. */
  controllers?: number;
  /** Given to the brokers in turn. */
  racks?: string[];
  /** Log directories of a broker, 1 to 8. */
  logDirs?: number;
  /** For `fillDisk`: each log directory is a disk of this size, in memory. Takes root, on Linux. */
  diskSizeBytes?: number;
  /** For `partition`: servers and clients reach each other through a relay. Linux only. */
  partitionable?: boolean;
  /** Of brokers and controllers, such as `{'min.insync.replicas': '2'}`. */
  configs?: Record<string, string>;
  zookeeperConfigs?: Record<string, string>;
  /** A broker's maximum heap as Java writes it; 512m when absent. */
  heap?: string;
  security?: 'plaintext' | 'ssl' | 'sasl_plaintext' | 'sasl_ssl';
  /** What clients are told to log in by; PLAIN when absent. Brokers take every one. */
  mechanism?: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  /** Clients need a certificate; one is made for each user. */
  clientAuth?: boolean;
  /** Users are held to ACLs; admin may do anything. */
  authorizer?: boolean;
  /** Users beside admin: names, whose passwords are made, or passwords by name. */
  users?: string[] | Record<string, string>;
  /** Topics, users, ACLs and records: the path of a seed file, or what would stand in one. */
  seed?: string | object;
  /** From the first server's start to a cluster that is ready; 60 s when absent. */
  startTimeoutMs?: number;
  /** Ends the start. */
  signal?: AbortSignal;
  /** Told what is being done, a line each. */
  onProgress?: (text: string) => void;
}

export interface LocalClusterUser {
  name: string;
  /** null where users have certificates only. */
  password: string | null;
  /** A Java client.properties of this user's. */
  propertiesFile: string;
  /** Private key and certificate as PEM, where clients need one. */
  keyFile: string | null;
}

/** One server, while the others go on. Each promise resolves when it is so. */
export interface LocalServerHandle {
  /** As a crash would: nothing is handed over. */
  kill(): Promise<void>;
  /** It keeps its connections and answers nothing, until `resume`. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** In order, handing over what it leads. */
  stop(): Promise<void>;
  /** Resolves when it is ready. */
  start(): Promise<void>;
  restart(): Promise<void>;
  /** Nothing passes to it or from it, clients included, until `heal`; no connection is closed. Takes `partitionable`. */
  partition(): Promise<void>;
  heal(): Promise<void>;
  /** Started again with a clock so far ahead, or behind when negative; 0 puts it right. Takes libfaketime. */
  skew(aheadMs: number): Promise<void>;
  /** All of a broker's disk, or one log directory's (from 1), until `freeDisk`. Takes `diskSizeBytes`. */
  fillDisk(options?: { leaveBytes?: number; logDir?: number }): Promise<void>;
  freeDisk(): Promise<void>;
}

export interface RunningLocalCluster {
  /** What `kctl local … --name` knows it by. */
  readonly name: string;
  /** `host:port,…`, a broker each; empty for a ZooKeeper alone. */
  readonly bootstrapServers: string;
  /** `host:port,…`; null in KRaft mode. */
  readonly zookeeperConnect: string | null;
  /** The path of a Java client.properties of the first user; null where nobody logs in. */
  readonly clientProperties: string | null;
  /** The path of the certificate that clients trust, as PEM; null without TLS. */
  readonly caFile: string | null;
  /** admin, who may do anything, and the others; empty where nobody logs in. */
  readonly users: readonly LocalClusterUser[];
  /** What `kctl local exec` gives to a program, its password too: for programs that a test starts. */
  readonly env: Readonly<Record<string, string>>;
  /** Brokers have ids from 1. */
  broker(id: number): LocalServerHandle;
  /** ZooKeepers have ids from 1. */
  zookeeper(id: number): LocalServerHandle;
  /** Controllers of their own have ids from 101. */
  controller(id: number): LocalServerHandle;
  /** Ends it and removes all that it had; harmless when that was done before. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a cluster on free ports and waits until every broker can be written to. It ends with this process at the
 * latest, however that ends. Any number of them run beside one another.
 * @throws an Error with a `code`, such as `JAVA_MISSING` or `LOCAL_START_FAILED`, that says why and what to do
 */
export declare function startLocalCluster(options?: LocalClusterOptions): Promise<RunningLocalCluster>;
