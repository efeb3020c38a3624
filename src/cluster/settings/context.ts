import { parseAddresses } from '../../base/address.js';
import { KctlError, usageError } from '../../base/errors.js';
import { nearestNames } from '../../base/names.js';
import { parseDurationMs } from '../../base/parse.js';
import { clientSettings, requireClientSetting, unknownName } from './client-settings.js';
import { parseProxy, parseResolve } from './route.js';

/** Where a secret is kept: one of these keys, and nothing else. */
export type SecretSource =
  | { env: string }
  | { file: string }
  | { command: string[] }
  | { keyring: string }
  | { prompt: true };

/** One cluster and how it is reached. Paths are as they stand in the file. */
export interface Context {
  bootstrapServers?: string;
  zookeeper?: string;
  /** A Java client.properties file; `properties` stand above it. */
  commandConfig?: string;
  /** Client settings under Java's names, without the secret ones. */
  properties?: Record<string, string>;
  /** Where each secret setting is kept. */
  secrets?: Record<string, SecretSource>;
  /** A cluster with another id is not talked to. */
  clusterId?: string;
  /** What destroys asks for the context's name. */
  protected?: boolean;
  timeout?: string;
  /** `http://host:port` or `socks5://host:port`. */
  proxy?: string;
  /** `host:port` to the address to connect to instead. */
  resolve?: Record<string, string>;
}

export interface ContextFile {
  version: 1;
  current?: string;
  contexts: Record<string, Context>;
}

export const contextNamePattern = /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,62}$/;

type Check = (value: unknown, where: string) => unknown;

/**
 * Checks what a YAML parser gave, key by key: an unknown one is an error that names the nearest known.
 * @throws KctlError exit 2 that says where in the file
 */
export function checkContextFile(value: unknown, where: string): ContextFile {
  if (value === null || value === undefined) return { version: 1, contexts: {} };
  const file = checkKeys(value, fileKeys, where) as Partial<ContextFile>;
  const contexts = file.contexts ?? {};
  if (file.current !== undefined && !Object.hasOwn(contexts, file.current))
    throw usageError(`${where}: the current context "${file.current}" is not among its contexts`);
  return { ...file, version: 1, contexts };
}

/** Checks one context, from a file or from a command's flags. */
export function checkContext(value: unknown, where: string): Context {
  return checkKeys(value, contextKeys, where) as Context;
}

function checkKeys(value: unknown, known: Record<string, Check>, where: string): Record<string, unknown> {
  const checked: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(record(value, where))) {
    const check = Object.hasOwn(known, key) ? known[key] : undefined;
    if (!check) throw unknownName(`key "${key}"`, where, nearestNames(key, Object.keys(known)));
    if (each !== null) checked[key] = check(each, `${where}: ${key}`);
  }
  return checked;
}

function record(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw usageError(`${where} is not a mapping of keys to values`);
}

const text: Check = (value, where) => {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a control character is what is refused
  if (typeof value === 'string' && !/[\x00-\x08\x0b-\x1f]/.test(value)) return value;
  throw usageError(`${where} is not a text`);
};

const yesOrNo: Check = (value, where) => {
  if (typeof value === 'boolean') return value;
  throw usageError(`${where} is neither true nor false`);
};

/** Text that a parser of kctl's accepts. */
const parsedBy =
  (parse: (text: string) => unknown): Check =>
  (value, where) => {
    const given = String(text(value, where));
    try {
      parse(given);
    } catch (error) {
      if (error instanceof KctlError) throw usageError(`${where}: ${error.message}`, error.hint);
      throw error;
    }
    return given;
  };

const servers =
  (defaultPort: number): Check =>
  (value, where) =>
    parsedBy((given) => parseAddresses(given, defaultPort))(
      Array.isArray(value) ? value.join(',') : value,
      where,
    );

const properties: Check = (value, where) => {
  const given = record(value, where);
  for (const name of Object.keys(given)) {
    requireClientSetting(name, where);
    if (clientSettings[name]?.secret)
      throw usageError(
        `${where}: ${name} is a secret`,
        `Say under secrets where it is kept: ${name}: {env: …}, {file: …}, {command: […]}, {keyring: …} or {prompt: true}.`,
      );
  }
  return mapValues(given, (each, name) => text(each, `${where}: ${name}`));
};

const secrets: Check = (value, where) => {
  const given = record(value, where);
  for (const name of Object.keys(given)) {
    requireClientSetting(name, where);
    if (!clientSettings[name]?.secret)
      throw usageError(`${where}: ${name} is no secret`, 'Write it under properties.');
  }
  return mapValues(given, (each, name) => secretSource(each, `${where}: ${name}`));
};

const secretSource: Check = (value, where) => {
  const source = checkKeys(value, secretKeys, where);
  if (Object.keys(source).length === 1) return source;
  throw usageError(`${where} names ${Object.keys(source).length} places`, 'A secret is kept in one place.');
};

const secretKeys: Record<string, Check> = {
  env: text,
  file: text,
  keyring: text,
  command: (value, where) => {
    if (Array.isArray(value) && value.length > 0) return value.map((word) => text(word, where));
    throw usageError(`${where} is not a list of words`, 'Write for example [pass, show, kafka/prod].');
  },
  prompt: (value, where) => {
    if (value === true) return value;
    throw usageError(`${where} can only be true`);
  },
};

const contextKeys: Record<keyof Context, Check> = {
  bootstrapServers: servers(9092),
  zookeeper: text,
  commandConfig: text,
  properties,
  secrets,
  clusterId: text,
  protected: yesOrNo,
  timeout: parsedBy(parseDurationMs),
  proxy: parsedBy(parseProxy),
  resolve: (value, where) =>
    mapValues(record(value, where), (to, from) => {
      parsedBy(() => parseResolve(`${from}:${to}`))('', where);
      return String(to);
    }),
};

const fileKeys: Record<keyof ContextFile, Check> = {
  version: (value, where) => {
    if (value === 1) return value;
    throw usageError(`${where} is ${JSON.stringify(value)}`, 'This kctl knows version 1.');
  },
  current: text,
  contexts: (value, where) =>
    mapValues(record(value, where), (context, name) => {
      if (!contextNamePattern.test(name)) throw usageError(`${where}: "${name}" is not a name for a context`);
      return checkContext(context ?? {}, `${where}: ${name}`);
    }),
};

function mapValues<From, To>(
  from: Record<string, From>,
  map: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(from).map(([key, value]) => [key, map(value, key)]));
}
