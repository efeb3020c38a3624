import { formatProperties } from '../cluster/local/java-properties.js';
import type { LocalCluster, LocalUser } from './types.js';

/** Variables and their values; null takes one away that means another cluster. */
export type Environment = Record<string, string | null>;

/**
 * What programs are told of a cluster by their environment. `KCTL_…` make kctl its administrator, `KAFKA_…` are for
 * clients, which are the first user that was asked for. Where a secret is, is said, and not what it is.
 */
export function environmentOf(cluster: LocalCluster): Environment {
  const { name, bootstrapServers, zookeeperConnect, security } = cluster;
  const user = clientOf(cluster);
  const isSasl = security?.protocol.startsWith('SASL');
  return {
    KCTL_LOCAL_NAME: name,
    KCTL_BOOTSTRAP_SERVERS: bootstrapServers,
    KCTL_ZOOKEEPER: zookeeperConnect,
    KCTL_COMMAND_CONFIG: security?.users[0]?.propertiesFile ?? null,
    KAFKA_BOOTSTRAP_SERVERS: bootstrapServers,
    ZOOKEEPER_CONNECT: zookeeperConnect,
    KAFKA_SECURITY_PROTOCOL: security?.protocol ?? 'PLAINTEXT',
    KAFKA_CLIENT_PROPERTIES: user?.propertiesFile ?? null,
    KAFKA_SASL_MECHANISM: (isSasl && security?.mechanism) || null,
    KAFKA_SASL_USERNAME: (isSasl && user?.name) || null,
    KAFKA_SSL_CA_LOCATION: security?.caFile ?? null,
    KAFKA_SSL_KEYSTORE_LOCATION: user?.keyFile ?? null,
  };
}

/** The user that programs are: the first one beside the administrator, if there is one. */
export function clientOf({ security }: LocalCluster): LocalUser | undefined {
  return security?.users[1] ?? security?.users[0];
}

/** Lines for a shell's eval. */
export function shellLines(environment: Environment): string {
  return Object.entries(environment)
    .map(([name, value]) => (value === null ? `unset ${name}\n` : `export ${name}=${quoted(value)}\n`))
    .join('');
}

/** As a shell takes it back unchanged, whatever it holds. */
function quoted(value: string): string {
  return /^[\w.:,/@%+-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

/** A client.properties without what is secret: that stands in a file that only its owner reads. */
export function propertiesText(cluster: LocalCluster): string {
  const { bootstrapServers, security } = cluster;
  const user = clientOf(cluster);
  const properties = formatProperties({ 'bootstrap.servers': bootstrapServers ?? '', ...user?.properties });
  if (!user || !security?.protocol.startsWith('SASL')) return properties;
  return `${properties}# sasl.jaas.config stands in ${user.propertiesFile}\n`;
}
