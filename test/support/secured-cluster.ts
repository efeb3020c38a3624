import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../../src/cluster/index.js';
import { openCluster } from '../../src/cluster/index.js';
import { kraftVersion, startCluster, type TestCluster } from './cluster.js';

/** A cluster with an authorizer, whose clients log in by SCRAM; kctl is its administrator. */
export interface SecuredCluster extends TestCluster {
  /** The client.properties of a user that it was started with. */
  propertiesOf(user: string): string;
  /** Opens it as a user, for what kctl has no command for. */
  as(user: string): Promise<Cluster>;
}

/** ZooKeeper's mode and KRaft's, as the shared clusters are, but with one broker each. */
export const securedModes: Array<[mode: string, options: string[]]> = [
  ['ZooKeeper', []],
  ['KRaft', ['--kafka', kraftVersion]],
];

/** @param users beside admin */
export async function startSecuredCluster(users: string[], options: string[] = []): Promise<SecuredCluster> {
  const words = ['--security', 'sasl_plaintext', '--mechanism', 'SCRAM-SHA-256', '--authorizer'];
  const names = users.flatMap((name) => ['--user', name]);
  const cluster = await startCluster([...words, ...names, ...options]);
  const { security } = cluster as unknown as {
    security: { users: Array<{ name: string; propertiesFile: string }> };
  };
  const propertiesOf = (user: string) => {
    const file = security.users.find(({ name }) => name === user)?.propertiesFile;
    if (file === undefined) throw new Error(`there is no user ${user}`);
    return file;
  };
  const env = { KCTL_BOOTSTRAP_SERVERS: '', KCTL_ZOOKEEPER: '', KCTL_COMMAND_CONFIG: propertiesOf('admin') };
  const as = (user: string) =>
    openCluster({ 'command-config': propertiesOf(user), timeout: 30_000 }, { env: {} });
  return { ...cluster, env, propertiesOf, as };
}

/** Writes the client.properties of a user who came later. @returns its path */
export function writeLogin(
  folder: string,
  cluster: TestCluster,
  { user, password, mechanism }: { user: string; password: string; mechanism: string },
): string {
  const file = join(folder, `${user}.${mechanism}.properties`);
  const login = `org.apache.kafka.common.security.scram.ScramLoginModule required username="${user}" password="${password}";`;
  const lines = [
    `bootstrap.servers=${cluster.bootstrapServers}`,
    'security.protocol=SASL_PLAINTEXT',
    `sasl.mechanism=${mechanism}`,
    `sasl.jaas.config=${login}`,
  ];
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  return file;
}
