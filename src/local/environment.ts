import type { LocalCluster } from './types.js';

/** What programs are told of a cluster by their environment; null takes a variable away that means another one. */
export function environmentOf(cluster: LocalCluster): Record<string, string | null> {
  const { name, bootstrapServers, zookeeperConnect } = cluster;
  return {
    KCTL_LOCAL_NAME: name,
    KCTL_BOOTSTRAP_SERVERS: bootstrapServers,
    KCTL_ZOOKEEPER: zookeeperConnect,
    KCTL_COMMAND_CONFIG: null,
    KAFKA_BOOTSTRAP_SERVERS: bootstrapServers,
    ZOOKEEPER_CONNECT: zookeeperConnect,
  };
}

/** Lines for a shell's eval. */
export function shellLines(environment: Record<string, string | null>): string {
  return Object.entries(environment)
    .map(([name, value]) => (value === null ? `unset ${name}\n` : `export ${name}=${quoted(value)}\n`))
    .join('');
}

/** As a shell takes it back unchanged, whatever it holds. */
function quoted(value: string): string {
  return /^[\w.:,/@%+-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
