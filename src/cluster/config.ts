import { readFile } from 'node:fs/promises';
import { type Address, parseAddresses } from '../base/address.js';
import { defaultTimeoutMs } from '../base/deadline.js';
import { ExitCode, KctlError } from '../base/errors.js';
import { compareNames } from '../base/names.js';
import { parseDurationMs } from '../base/parse.js';
import { clientSettings } from './settings/client-settings.js';
import { configError } from './settings/config-error.js';
import {
  contextInUse,
  hasCredentials,
  type Layer,
  type LayerFlags,
  type NamedContext,
  originOf,
  readLayers,
} from './settings/layers.js';
import { describeRoute, mergeRoute, parseProxy, type Route, type RouteLayer } from './settings/route.js';
import { type AskSecret, readSecret } from './settings/secrets.js';
import { readSecurity, type Security } from './settings/security.js';

export interface ClusterFlagValues extends LayerFlags {
  'client-id'?: string | undefined;
  timeout?: number | undefined;
  'request-timeout'?: number | undefined;
  proxy?: string | undefined;
  resolve?: string[] | undefined;
}

/** A value and the place it came from, in words for `cluster describe`. */
export interface Setting<Value> {
  value: Value;
  origin: string;
}

/** What it takes to reach a cluster, resolved. */
export interface ClusterConfig {
  bootstrapServers: Setting<Address[]>;
  security: Setting<Security>;
  clientId: Setting<string>;
  /** The one deadline of a command. */
  timeoutMs: Setting<number>;
  /** How long one broker may take to answer; undefined for a part of the deadline. */
  requestTimeoutMs: Setting<number> | undefined;
  route: Route;
  /** The context in use. */
  context: { name: string; protected: boolean } | undefined;
  /** The id that the cluster must have. */
  clusterId: string | undefined;
  /** Every client setting in use, with its origin; null in place of a secret. */
  settings: Array<{ name: string; value: string | null; origin: string }>;
}

interface Explained {
  /** The most important first. */
  layers: Layer[];
  /** The one that the address comes from. */
  home: Layer;
  context: NamedContext | undefined;
  settings: ClusterConfig['settings'];
}

const kafkaPort = 9092;

/** Where a password may stand in what is no secret by its name. */
const urlCredentials = /\/\/[^/\s]*@/g;

/**
 * Resolves flags > an explicit context > environment > the current context > a running local cluster > default.
 * An address and its credentials never come from two sources: what one place holds is not sent to an address
 * that another named.
 */
export async function resolveCluster(
  flags: ClusterFlagValues,
  env: NodeJS.ProcessEnv,
  ask?: AskSecret,
): Promise<ClusterConfig> {
  const { layers, home, context, settings } = await explainCluster(flags, env);
  const properties = await mergeLayers(layers, env, ask);
  const setting = (name: string) => settings.find((each) => each.name === name);
  const duration = (
    flag: number | undefined,
    flagName: string,
    name: string,
  ): Setting<number> | undefined => {
    if (flag !== undefined) return { value: flag, origin: flagName };
    const { value, origin = '' } = setting(name) ?? {};
    return value === undefined || value === null ? undefined : { value: parseDurationMs(value), origin };
  };
  const clientId = flags['client-id'];
  return {
    bootstrapServers: {
      value: parseAddresses(properties['bootstrap.servers'] ?? '', kafkaPort),
      origin: originOf(home, 'bootstrap.servers'),
    },
    security: {
      value: await readSecurity(properties),
      origin: (setting('security.protocol') ?? setting('sasl.mechanism'))?.origin ?? 'default',
    },
    clientId: clientId
      ? { value: clientId, origin: '--client-id' }
      : { value: properties['client.id'] ?? 'kctl', origin: setting('client.id')?.origin ?? 'default' },
    timeoutMs: duration(flags.timeout, '--timeout', 'default.api.timeout.ms') ?? {
      value: defaultTimeoutMs,
      origin: 'default',
    },
    requestTimeoutMs: duration(flags['request-timeout'], '--request-timeout', 'request.timeout.ms'),
    route: mergeRoute(routeLayers(flags, env, context)),
    context: context && { name: context.name, protected: context.protected ?? false },
    clusterId: context?.clusterId,
    settings,
  };
}

/** Resolves `--zookeeper` > an explicit context > KCTL_ZOOKEEPER > the current context > the running local cluster. */
export async function resolveZookeeper(
  flags: { zookeeper?: string | undefined; context?: string | undefined },
  env = process.env,
): Promise<Setting<string>> {
  if (flags.zookeeper !== undefined) return { value: flags.zookeeper, origin: '--zookeeper' };
  if (flags.context === undefined && env.KCTL_ZOOKEEPER)
    return { value: env.KCTL_ZOOKEEPER, origin: 'KCTL_ZOOKEEPER' };
  const context = await zookeeperContext(flags, env);
  if (context?.zookeeper !== undefined)
    return { value: context.zookeeper, origin: `context ${context.name}` };
  const local = flags.context === undefined ? await runningLocal() : undefined;
  if (local?.zookeeperConnect)
    return { value: local.zookeeperConnect, origin: `local cluster ${local.name}` };
  throw noAddress(
    'no ZooKeeper to talk to',
    'Give --zookeeper host:2181, set KCTL_ZOOKEEPER, or start one with: kctl local start',
  );
}

/** Which places are listened to for a cluster, and what they come to; no secret is fetched. */
export async function explainCluster(flags: ClusterFlagValues, env: NodeJS.ProcessEnv): Promise<Explained> {
  const said = await readLayers(flags, env);
  const home = said.find(({ values }) => values['bootstrap.servers'] !== undefined) ?? (await localLayer());
  const layers = [...said.filter((layer) => isUsed(layer, home)), ...(said.includes(home) ? [] : [home])];
  const names = new Set(
    layers.flatMap(({ values, secrets = {} }) => [...Object.keys(values), ...Object.keys(secrets)]),
  );
  const settings = [...names].sort(compareNames).map((name) => {
    const layer = layers.find((each) => says(each, name)) ?? home;
    const isSecret = clientSettings[name]?.secret ?? false;
    const value = isSecret ? null : (layer.values[name]?.replace(urlCredentials, '//…@') ?? null);
    return { name, value, origin: originOf(layer, name) };
  });
  const context = layers.find((layer) => layer.context)?.context;
  settings.push(...describeRoute(routeLayers(flags, env, context)));
  return { layers, home, settings, context };
}

/** The name of the protected context that a command works in; undefined where it works in none, or in an open one. */
export async function protectedContext(
  flags: ClusterFlagValues & { zookeeper?: string | undefined },
  words: 'kafka' | 'zookeeper',
  env = process.env,
): Promise<string | undefined> {
  const context = words === 'kafka' ? await kafkaContext(flags, env) : await zookeeperContext(flags, env);
  return context?.protected ? context.name : undefined;
}

async function kafkaContext(
  flags: ClusterFlagValues,
  env: NodeJS.ProcessEnv,
): Promise<NamedContext | undefined> {
  const layers = await readLayers(flags, env);
  const home = layers.find(({ values }) => values['bootstrap.servers'] !== undefined);
  return home && layers.find((layer) => layer.context && isUsed(layer, home))?.context;
}

async function zookeeperContext(
  flags: { zookeeper?: string | undefined; context?: string | undefined },
  env: NodeJS.ProcessEnv,
): Promise<NamedContext | undefined> {
  if (flags.zookeeper !== undefined || (flags.context === undefined && env.KCTL_ZOOKEEPER)) return undefined;
  return contextInUse(flags.context, env);
}

/**
 * Whether a place is listened to for a cluster whose address stands in another, `home`.
 * @throws KctlError when its credentials, given by hand, would go to an address from elsewhere
 */
function isUsed(layer: Layer, home: Layer): boolean {
  if (layer.source === home.source) return true;
  if (layer.source === 'current context') return false;
  if (!hasCredentials(layer)) return true;
  if (layer.source === 'environment') return false;
  throw configError(
    `the credentials come from ${originOf(layer, 'security.protocol')}, but the address from ${originOf(home, 'bootstrap.servers')}`,
    'Give the address in the same place: credentials are never sent to an address from another source.',
  );
}

function says({ values, secrets = {} }: Layer, name: string): boolean {
  return values[name] !== undefined || secrets[name] !== undefined;
}

/** One value for each setting, from the first layer that has one. Secrets that nothing needs are not fetched. */
async function mergeLayers(
  layers: Layer[],
  env: NodeJS.ProcessEnv,
  ask: AskSecret | undefined,
): Promise<Record<string, string>> {
  const merged: Record<string, string> = Object.assign({}, ...layers.map(({ values }) => values).reverse());
  const protocol = (merged['security.protocol'] ?? '').toUpperCase();
  const wanted = [
    ...(protocol.startsWith('SASL') ? ['sasl.'] : []),
    ...(protocol.endsWith('SSL') ? ['ssl.'] : []),
  ];
  for (const layer of layers) {
    for (const [name, source] of Object.entries(layer.secrets ?? {})) {
      if (
        layers.find((each) => says(each, name)) !== layer ||
        !wanted.some((prefix) => name.startsWith(prefix))
      )
        continue;
      const where = {
        name: `${name} of ${originOf(layer, name)}`,
        folder: layer.context?.folder ?? '.',
        env,
        ask,
      };
      merged[name] = await readSecret(source, where);
    }
  }
  return merged;
}

function routeLayers(
  flags: ClusterFlagValues,
  env: NodeJS.ProcessEnv,
  context: NamedContext | undefined,
): RouteLayer[] {
  if (flags.proxy !== undefined && parseProxy(flags.proxy).password !== undefined)
    throw configError('the password of a proxy is a secret', 'Set it with its address in KCTL_PROXY.');
  const mapped = Object.entries(context?.resolve ?? {}).map(([from, to]) => `${from}:${to}`);
  return [
    { origin: '--proxy', proxy: flags.proxy },
    { origin: '--resolve', resolve: flags.resolve },
    { origin: 'KCTL_PROXY', proxy: env.KCTL_PROXY || undefined },
    { origin: 'KCTL_RESOLVE', resolve: env.KCTL_RESOLVE?.split(/[\s,]+/).filter(Boolean) },
    ...(context ? [{ origin: `context ${context.name}`, proxy: context.proxy, resolve: mapped }] : []),
  ];
}

async function localLayer(): Promise<Layer> {
  const local = await runningLocal();
  if (!local)
    throw noAddress(
      'no cluster to talk to',
      'Give --bootstrap-server host:9092 or --context, set KCTL_BOOTSTRAP_SERVERS, or start one with: kctl local start',
    );
  return {
    source: 'local cluster',
    origin: `local cluster ${local.name}`,
    values: { ...(await propertiesOf(local.commandConfig)), 'bootstrap.servers': local.bootstrapServers },
  };
}

async function propertiesOf(file: string | null): Promise<Record<string, string>> {
  if (file === null) return {};
  const { getProperties } = await import('properties-file');
  return getProperties(await readFile(file, 'utf8'));
}

async function runningLocal() {
  const { findRunningLocal } = await import('./local/state.js');
  return findRunningLocal();
}

function noAddress(message: string, hint: string): KctlError {
  return new KctlError(message, { code: 'NO_ADDRESS', exitCode: ExitCode.usage, hint });
}
