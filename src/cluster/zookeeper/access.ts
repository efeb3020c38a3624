import { resolveZookeeper as resolveConnect, type Setting } from '../config.js';
import { configError } from '../settings/config-error.js';
import { readProperties } from '../settings/layers.js';
import { parseJaas, readTls, type TlsOptions } from '../settings/security.js';
import type { DigestCredentials } from './sasl-digest.js';

export interface ZookeeperFlagValues {
  context?: string | undefined;
  zookeeper?: string | undefined;
  'zookeeper-config'?: string | undefined;
}

/** An identity that a session adds to itself (`addauth`). */
export interface AuthInfo {
  scheme: string;
  auth: string;
}

/** What it takes to reach an ensemble. Nothing of it but the connect string may be shown. */
export interface ZookeeperAccess {
  /** `host:2181,host2:2181/chroot` */
  connectString: Setting<string>;
  tls?: TlsOptions;
  sasl?: DigestCredentials;
  auth: AuthInfo[];
}

/** Who named an address or a file: credentials of one are not sent to an address of another. */
type Rank = 'flags' | 'environment' | 'other';

interface PropertiesFile {
  path: string;
  namedBy: string;
  rank: Rank;
  properties: Record<string, string>;
}

/**
 * Resolves `--zookeeper` > zookeeper.connect of the file by flag > an explicit context > KCTL_ZOOKEEPER >
 * zookeeper.connect of the file in the environment > the current context > the running local cluster.
 */
export async function resolveZookeeper(
  flags: ZookeeperFlagValues,
  env = process.env,
): Promise<ZookeeperAccess> {
  const file = await readFile(flags, env);
  const { rank, ...connectString } = await resolveConnectString(flags, env, file);
  if (!file) return { connectString, auth: [] };
  const { properties } = file;
  if (rank === file.rank || !carriesCredentials(properties)) {
    return { connectString, ...(await readAccess(properties)) };
  }
  if (file.rank === 'environment') return { connectString, auth: [] };
  throw configError(
    `the credentials come from ${file.namedBy}, but the address from ${connectString.origin}`,
    'Give --zookeeper as well: credentials are never sent to an address from another source.',
  );
}

async function readFile(
  flags: ZookeeperFlagValues,
  env: NodeJS.ProcessEnv,
): Promise<PropertiesFile | undefined> {
  const flag = flags['zookeeper-config'];
  const path = flag ?? (env.KCTL_ZOOKEEPER_CONFIG || undefined);
  if (path === undefined) return undefined;
  const [namedBy, rank]: [string, Rank] =
    flag === undefined ? ['KCTL_ZOOKEEPER_CONFIG', 'environment'] : ['--zookeeper-config', 'flags'];
  return { path, namedBy, rank, properties: normalize(await readProperties(path, namedBy)) };
}

async function resolveConnectString(
  flags: ZookeeperFlagValues,
  env: NodeJS.ProcessEnv,
  file: PropertiesFile | undefined,
): Promise<Setting<string> & { rank: Rank }> {
  const inFile = file?.properties['zookeeper.connect'];
  const origin = `${file?.path} (${file?.namedBy})`;
  const isNamed = flags.zookeeper !== undefined || flags.context !== undefined;
  if (inFile !== undefined && file?.rank === 'flags' && flags.zookeeper === undefined) {
    return { value: inFile, origin, rank: 'flags' };
  }
  if (inFile !== undefined && !isNamed && !env.KCTL_ZOOKEEPER) {
    return { value: inFile, origin, rank: 'environment' };
  }
  const setting = await resolveConnect(flags, env);
  if (flags.zookeeper !== undefined) return { ...setting, rank: 'flags' };
  return { ...setting, rank: setting.origin === 'KCTL_ZOOKEEPER' ? 'environment' : 'other' };
}

/** ZooKeeper writes ssl.trustStore.location where Kafka writes ssl.truststore.location: here they are one. */
function normalize(properties: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name.toLowerCase(), value]));
}

function carriesCredentials(properties: Record<string, string>): boolean {
  return Object.keys(properties).some((name) =>
    /^(sasl\.jaas\.config|kctl\.auth|zookeeper\.ssl\.keystore\.)/.test(name),
  );
}

async function readAccess(
  properties: Record<string, string>,
): Promise<Omit<ZookeeperAccess, 'connectString'>> {
  const secure = properties['zookeeper.client.secure'] ?? properties['zookeeper.ssl.client.enable'];
  const jaas = properties['sasl.jaas.config'];
  const auth = Object.entries(properties).filter(([name]) => /^kctl\.auth(\.|$)/.test(name));
  return {
    ...(secure === 'true' && { tls: await readTls(tlsProperties(properties)) }),
    ...(jaas !== undefined && { sasl: readSasl(jaas) }),
    auth: auth.map(([name, value]) => readAuth(name, value)),
  };
}

/** The same settings under the names that Kafka has for its own connections. */
function tlsProperties(properties: Record<string, string>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const store of ['ssl.truststore', 'ssl.keystore']) {
    const location = properties[`zookeeper.${store}.location`];
    if (location === undefined) continue;
    result[`${store}.location`] = location;
    const password = properties[`zookeeper.${store}.password`];
    if (password) result[`${store}.password`] = password;
    const type = properties[`zookeeper.${store}.type`] || (/\.pem$/i.test(location) ? 'PEM' : undefined);
    if (type) result[`${store}.type`] = type;
  }
  const keyPassword = properties['zookeeper.ssl.keystore.password'];
  if (keyPassword) result['ssl.key.password'] = keyPassword;
  if (properties['zookeeper.ssl.hostnameverification'] === 'false') {
    result['ssl.endpoint.identification.algorithm'] = '';
  }
  return result;
}

function readSasl(jaas: string): DigestCredentials {
  const { password, username } = parseJaas(jaas);
  if (username === undefined || password === undefined) {
    throw configError(
      'sasl.jaas.config lacks username or password',
      'kctl logs in to ZooKeeper by DIGEST-MD5: …DigestLoginModule required username="…" password="…";',
    );
  }
  return { username, password };
}

function readAuth(name: string, value: string): AuthInfo {
  const at = value.indexOf(':');
  if (at < 1)
    throw configError(`${name} is not scheme:credentials`, 'Write for example digest:user:password.');
  return { scheme: value.slice(0, at), auth: value.slice(at + 1) };
}
