import { spawnSync } from 'node:child_process';
import { compareVersions } from '../../src/cluster/local/versions.js';
import { kctl, randomName, runKctl } from './kctl.js';

/** What `kctl local start -o json` says of a cluster, as far as tests need it. */
export interface TestCluster {
  name: string;
  kafkaVersion: string;
  bootstrapServers: string;
  zookeeperConnect: string | null;
  brokers: Array<{
    id: number;
    host: string;
    port: number;
    pid: number | null;
    rack: string | null;
    dataDir: string;
    logFile: string;
  }>;
  /** Of a cluster that is not open to all; the administrator is the first user. */
  security?: { users: Array<{ name: string; propertiesFile: string }> } | null;
  zookeepers: Array<{ id: number; port: number; pid: number | null; dataDir: string; logFile: string }>;
  /** The environment in which kctl talks to this cluster and no other. */
  env: Record<string, string>;
}

export const kraftVersion = '4.3.0';

/** A cluster of the test file's own, for tests that break it; it is removed when the file's process ends. */
export async function startCluster(options: string[] = []): Promise<TestCluster> {
  const name = randomName('test');
  // Not by `after`: called inside a test it runs when that test ends, and others may share the cluster.
  process.on('exit', () => spawnSync(process.execPath, [kctl, 'local', 'reset', '--name', name, '--yes']));
  const words = ['local', 'start', '--name', name, '--ephemeral', '-o', 'json', ...options];
  const { code, stdout, stderr } = await runKctl(words, { timeoutMs: 120_000 });
  if (code !== 0) throw new Error(`kctl local start failed (${code}): ${stderr}`);
  return parseCluster(stdout);
}

let zookeeperCluster: Promise<TestCluster> | undefined;
let kraftCluster: Promise<TestCluster> | undefined;

/**
 * The cluster of three brokers with ZooKeeper (Kafka 3.9; others in the matrix) that all test files share: make
 * topics and groups of your own on it, and leave its brokers alone. A file run by itself starts one.
 */
export function sharedCluster(): Promise<TestCluster> {
  const given = process.env.KCTL_TEST_ZOOKEEPER_CLUSTER;
  zookeeperCluster ??= given ? Promise.resolve(parseCluster(given)) : startCluster(['--brokers', '3']);
  return zookeeperCluster;
}

/** The single KRaft node (Kafka 4.3; others in the matrix) that all test files share. */
export function sharedKraftCluster(): Promise<TestCluster> {
  const given = process.env.KCTL_TEST_KRAFT_CLUSTER;
  kraftCluster ??= given ? Promise.resolve(parseCluster(given)) : startCluster(['--kafka', kraftVersion]);
  return kraftCluster;
}

/** Whether a cluster's Kafka is of this version or a newer one. */
export function isAtLeast({ kafkaVersion }: TestCluster, version: string): boolean {
  return compareVersions(kafkaVersion, version) >= 0;
}

export const sharedClusters: Array<[mode: string, cluster: () => Promise<TestCluster>]> = [
  ['ZooKeeper', sharedCluster],
  ['KRaft', sharedKraftCluster],
];

export function parseCluster(json: string): TestCluster {
  const document = JSON.parse(json) as Omit<TestCluster, 'env'>;
  const admin = document.security?.users[0]?.propertiesFile;
  const env = {
    KCTL_BOOTSTRAP_SERVERS: document.bootstrapServers,
    ...(admin ? { KCTL_COMMAND_CONFIG: admin } : {}),
    ...(document.zookeeperConnect ? { KCTL_ZOOKEEPER: document.zookeeperConnect } : {}),
  };
  return { ...document, env };
}
