import { readFile } from 'node:fs/promises';
import { type Address, parseAddresses } from '../base/address.js';
import { defaultTimeoutMs } from '../base/deadline.js';
import { ExitCode, KctlError, messageOf } from '../base/errors.js';
import { parseDurationMs } from '../base/parse.js';
import { configError, readSecurity, type Security } from './security.js';

export interface ClusterFlagValues {
  'bootstrap-server'?: string | undefined;
  'command-config'?: string | undefined;
  'client-id'?: string | undefined;
  timeout?: number | undefined;
}

/** A value and the place it came from, in words for `cluster describe -v`. */
export interface Setting<Value> {
  value: Value;
  origin: string;
}

/** What it takes to reach a cluster, resolved: flags, then environment, then a running local cluster, then defaults. */
export interface ClusterConfig {
  bootstrapServers: Setting<Address[]>;
  security: Setting<Security>;
  clientId: Setting<string>;
  /** The one deadline of a command. */
  timeoutMs: Setting<number>;
}

const kafkaPort = 9092;

interface PropertiesFile {
  path: string;
  /** The flag or variable that named the file. */
  namedBy: Layer;
  properties: Record<string, string>;
}

interface Layer {
  name: string;
  rank: 'flag' | 'environment';
}

/**
 * Resolves flags > environment > running local cluster > default. An address and its credentials never come
 * from two sources: what a file in the environment holds is not sent to an address given as a flag.
 */
export async function resolveCluster(
  flags: ClusterFlagValues,
  env: NodeJS.ProcessEnv,
): Promise<ClusterConfig> {
  const file = await readPropertiesFile(flags, env);
  const addresses = await resolveAddresses(flags, env, file);
  const properties = file?.properties ?? {};
  const usesFile =
    file !== undefined && (addresses.rank === file.namedBy.rank || !carriesCredentials(properties));
  if (file !== undefined && !usesFile && file.namedBy.rank === 'flag') {
    throw configError(
      `the credentials come from --command-config, but the address from ${addresses.origin}`,
      'Give --bootstrap-server as well: credentials are never sent to an address from another source.',
    );
  }
  const origin = file ? `${file.path} (${file.namedBy.name})` : 'default';
  return {
    bootstrapServers: { value: addresses.value, origin: addresses.origin },
    security: usesFile ? { value: await readSecurity(properties), origin } : { value: {}, origin: 'default' },
    clientId: pick<string>(
      [flags['client-id'], '--client-id'],
      [properties['client.id'], origin],
      ['kctl', 'default'],
    ),
    timeoutMs: pick<number>(
      [flags.timeout, '--timeout'],
      [numberOf(properties['default.api.timeout.ms']), origin],
      [defaultTimeoutMs, 'default'],
    ),
  };
}

/** Resolves `--zookeeper` > KCTL_ZOOKEEPER > the running local cluster. */
export async function resolveZookeeper(
  flags: { zookeeper?: string | undefined },
  env = process.env,
): Promise<Setting<string>> {
  if (flags.zookeeper !== undefined) return { value: flags.zookeeper, origin: '--zookeeper' };
  if (env.KCTL_ZOOKEEPER) return { value: env.KCTL_ZOOKEEPER, origin: 'KCTL_ZOOKEEPER' };
  const local = await runningLocal();
  if (local?.zookeeperConnect)
    return { value: local.zookeeperConnect, origin: `local cluster ${local.name}` };
  throw new KctlError('no ZooKeeper to talk to', {
    code: 'NO_ADDRESS',
    exitCode: ExitCode.usage,
    hint: 'Give --zookeeper host:2181, set KCTL_ZOOKEEPER, or start one with: kctl local start',
  });
}

interface ResolvedAddresses extends Setting<Address[]> {
  rank: Layer['rank'] | 'other';
}

async function resolveAddresses(
  flags: ClusterFlagValues,
  env: NodeJS.ProcessEnv,
  file: PropertiesFile | undefined,
): Promise<ResolvedAddresses> {
  const fromFile = (rank: Layer['rank']): string | undefined =>
    file?.namedBy.rank === rank ? file.properties['bootstrap.servers'] : undefined;
  const candidates: Array<[text: string | undefined, origin: string, rank: ResolvedAddresses['rank']]> = [
    [flags['bootstrap-server'], '--bootstrap-server', 'flag'],
    [fromFile('flag'), `${file?.path} (--command-config)`, 'flag'],
    [env.KCTL_BOOTSTRAP_SERVERS || undefined, 'KCTL_BOOTSTRAP_SERVERS', 'environment'],
    [fromFile('environment'), `${file?.path} (KCTL_COMMAND_CONFIG)`, 'environment'],
  ];
  for (const [text, origin, rank] of candidates) {
    if (text !== undefined) return { value: parseAddresses(text, kafkaPort), origin, rank };
  }
  const local = await runningLocal();
  if (local)
    return {
      value: parseAddresses(local.bootstrapServers, kafkaPort),
      origin: `local cluster ${local.name}`,
      rank: 'other',
    };
  throw new KctlError('no cluster to talk to', {
    code: 'NO_ADDRESS',
    exitCode: ExitCode.usage,
    hint: 'Give --bootstrap-server host:9092, set KCTL_BOOTSTRAP_SERVERS, or start one with: kctl local start',
  });
}

async function runningLocal() {
  const { findRunningLocal } = await import('./local/state.js');
  return findRunningLocal();
}

async function readPropertiesFile(
  flags: ClusterFlagValues,
  env: NodeJS.ProcessEnv,
): Promise<PropertiesFile | undefined> {
  const fromFlag = flags['command-config'];
  const path = fromFlag ?? (env.KCTL_COMMAND_CONFIG || undefined);
  if (path === undefined) return undefined;
  const namedBy: Layer =
    fromFlag === undefined
      ? { name: 'KCTL_COMMAND_CONFIG', rank: 'environment' }
      : { name: '--command-config', rank: 'flag' };
  const { getProperties } = await import('properties-file');
  const text = await readFile(path).catch((error) => {
    throw configError(
      `${namedBy.name} cannot be read: ${messageOf(error)}`,
      'Check the path and its permissions.',
    );
  });
  try {
    return { path, namedBy, properties: getProperties(text) };
  } catch {
    // The parser's own words quote what may be a part of a password.
    throw configError(
      `${path} is not a properties file`,
      'A \\u in it is not followed by four hexadecimal digits.',
    );
  }
}

function carriesCredentials(properties: Record<string, string>): boolean {
  return Object.keys(properties).some((key) => /^(sasl\.jaas\.config|ssl\.keystore\.|ssl\.key\.)/.test(key));
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDurationMs(text);
}

function pick<Value>(...candidates: Array<[value: Value | undefined, origin: string]>): Setting<Value> {
  for (const [value, origin] of candidates) if (value !== undefined) return { value, origin };
  throw new Error('the last candidate is a default');
}
