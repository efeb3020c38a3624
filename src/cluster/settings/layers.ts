import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../../base/errors.js';
import { parseKeyValue } from '../../base/parse.js';
import { carriesCredentials, clientSettings, requireClientSetting, variableOf } from './client-settings.js';
import { configError } from './config-error.js';
import type { Context, SecretSource } from './context.js';
import { configFile, resolvePath } from './paths.js';
import { readProjectFile } from './project-file.js';

/** Who says something about the cluster. What one says of an address is not said to another's. */
export type Source =
  | 'flags'
  | 'explicit context'
  | 'environment'
  | 'current context'
  | 'project'
  | 'local cluster';

/** Client settings from one place, under Java's names. */
export interface Layer {
  source: Source;
  /** The place in words: `--bootstrap-server`, a file, a context. */
  origin: string | ((setting: string) => string);
  values: Record<string, string>;
  /** Settings whose value is fetched when it is needed. */
  secrets?: Record<string, SecretSource>;
  /** What only a context can say. */
  context?: NamedContext;
}

export interface NamedContext extends Context {
  name: string;
  /** Of the file it stands in: relative paths begin there. */
  folder: string;
}

export interface LayerFlags {
  'bootstrap-server'?: string | undefined;
  /** Controllers in place of brokers (KIP-919). */
  'bootstrap-controller'?: string | undefined;
  'command-config'?: string | undefined;
  context?: string | undefined;
  property?: string[] | undefined;
}

const maxPropertiesBytes = 1024 * 1024;

/** Everything that is said, the most important first; what runs locally is not among it. */
export async function readLayers(flags: LayerFlags, env: NodeJS.ProcessEnv): Promise<Layer[]> {
  const flagFile = flags['command-config'];
  const explicit = flags.context === undefined ? undefined : await contextInUse(flags.context, env);
  const envFile = flagFile === undefined && !explicit ? env.KCTL_COMMAND_CONFIG || undefined : undefined;
  return [
    flagLayer(flags),
    ...(flagFile === undefined ? [] : [await fileLayer(flagFile, 'flags', '--command-config')]),
    ...(explicit ? [await contextLayer(explicit, 'explicit context')] : []),
    environmentLayer(env),
    ...(envFile === undefined ? [] : [await fileLayer(envFile, 'environment', 'KCTL_COMMAND_CONFIG')]),
    ...(explicit ? [] : await currentContext(env)),
    ...(await projectDefaults()),
  ];
}

export function originOf({ origin }: Layer, setting: string): string {
  return typeof origin === 'string' ? origin : origin(setting);
}

export function hasCredentials({ values, secrets = {} }: Layer): boolean {
  return carriesCredentials([...Object.keys(values), ...Object.keys(secrets)]);
}

function flagLayer(flags: LayerFlags): Layer {
  const values: Record<string, string> = {};
  for (const text of flags.property ?? []) {
    const [name, value] = parseKeyValue(text);
    requireClientSetting(name, '-X');
    if (clientSettings[name]?.secret) {
      throw configError(
        `${name} is a secret, and arguments are seen by everybody on this machine`,
        `Use --command-config, a context, or the variable ${variableOf(name)}.`,
      );
    }
    values[name] = value;
  }
  const [server, flag] =
    flags['bootstrap-controller'] === undefined
      ? [flags['bootstrap-server'], '--bootstrap-server']
      : [flags['bootstrap-controller'], '--bootstrap-controller'];
  if (server !== undefined) values['bootstrap.servers'] = server;
  return {
    source: 'flags',
    origin: (setting) => (setting === 'bootstrap.servers' && server !== undefined ? flag : `-X ${setting}`),
    values: withPaths(values, process.cwd()),
  };
}

/** `KCTL_SECURITY_PROTOCOL` and the like; an empty variable is one that is not set. */
function environmentLayer(env: NodeJS.ProcessEnv): Layer {
  const values: Record<string, string> = {};
  for (const name of Object.keys(clientSettings)) {
    const value = env[variableOf(name)];
    if (value) values[name] = value;
  }
  return { source: 'environment', origin: variableOf, values: withPaths(values, process.cwd()) };
}

/** A Java client.properties file, whose relative paths begin at the working directory, as in Java. */
async function fileLayer(path: string, source: Source, namedBy: string): Promise<Layer> {
  const values = withPaths(await readProperties(path, namedBy), process.cwd());
  return { source, origin: `${path} (${namedBy})`, values };
}

/** Reads a properties file; `namedBy` is the flag or variable that named it, for errors. */
export async function readProperties(path: string, namedBy: string): Promise<Record<string, string>> {
  let text: string;
  try {
    if (statSync(path).size > maxPropertiesBytes) throw new Error(`${path} is larger than 1 MiB`);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw configError(
      `${namedBy} cannot be read: ${messageOf(error)}`,
      'Check the path and its permissions.',
    );
  }
  const { getProperties } = await import('properties-file');
  try {
    return getProperties(text);
  } catch {
    // The parser's own words quote what may be a part of a password.
    throw configError(
      `${path} is not a properties file`,
      'A \\u in it is not followed by four hexadecimal digits.',
    );
  }
}

async function contextLayer(context: NamedContext, source: Source): Promise<Layer> {
  const { name, folder, commandConfig, bootstrapServers, timeout } = context;
  const file = commandConfig === undefined ? undefined : resolvePath(commandConfig, folder);
  const values = {
    ...(file === undefined ? {} : await readProperties(file, `commandConfig of context ${name}`)),
    ...context.properties,
    ...(bootstrapServers === undefined ? {} : { 'bootstrap.servers': bootstrapServers }),
    ...(timeout === undefined ? {} : { 'default.api.timeout.ms': timeout }),
  };
  return {
    source,
    origin: `context ${name}`,
    values: withPaths(values, folder),
    secrets: context.secrets ?? {},
    context,
  };
}

async function currentContext(env: NodeJS.ProcessEnv): Promise<Layer[]> {
  const context = await contextInUse(undefined, env);
  return context ? [await contextLayer(context, 'current context')] : [];
}

/** What a project says beside the name of a context; it holds wherever the address comes from. */
async function projectDefaults(): Promise<Layer[]> {
  const { path = '', timeout } = (await readProjectFile(process.cwd())) ?? {};
  if (timeout === undefined) return [];
  return [{ source: 'project', origin: path, values: { 'default.api.timeout.ms': timeout } }];
}

/** The context given by hand, else KCTL_CONTEXT, else the one that the project names, else the current one. */
export async function contextInUse(
  explicit: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<NamedContext | undefined> {
  const name = explicit ?? (await currentName(env));
  return name === undefined ? undefined : namedContext(name, env);
}

async function currentName(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (env.KCTL_CONTEXT) return env.KCTL_CONTEXT;
  const project = await readProjectFile(process.cwd());
  if (project?.context !== undefined) return project.context;
  const path = configFile(env);
  if (!existsSync(path)) return undefined;
  const { readContextFile } = await import('./context-file.js');
  return (await readContextFile(path)).current;
}

async function namedContext(name: string, env: NodeJS.ProcessEnv): Promise<NamedContext> {
  const { readContextFile, requireContext } = await import('./context-file.js');
  const path = configFile(env);
  return { ...requireContext(await readContextFile(path), name, path), name, folder: dirname(path) };
}

/** Makes the paths among the settings absolute. */
function withPaths(values: Record<string, string>, folder: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      name.endsWith('.location') && value ? resolvePath(value, folder) : value,
    ]),
  );
}
