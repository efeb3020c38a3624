import { resolve } from 'node:path';
import { messageOf, usageError } from '../../base/errors.js';
import type { Context } from '../../cluster/settings/context.js';
import type { ImportFormat } from './formats.js';

/** A context as another tool's file has it: with secrets in the open. */
export interface ForeignContext {
  /** undefined where the file has none. */
  name: string | undefined;
  context: Context;
  secrets: Record<string, string>;
  /** What could not be taken over. */
  warnings: string[];
}

type Fields = Record<string, unknown>;

/**
 * Reads another tool's file, purely.
 * @throws a usage error that quotes nothing of the file
 */
export async function readForeign(
  format: ImportFormat,
  path: string,
  text: string,
): Promise<ForeignContext[]> {
  switch (format) {
    case 'java':
      return [{ name: undefined, context: { commandConfig: resolve(path) }, secrets: {}, warnings: [] }];
    case 'librdkafka':
      return [fromLibrdkafka(text)];
    case 'kaf':
      return fromKaf(await parse('yaml', path, text));
    case 'kafkactl':
      return fromKafkactl(await parse('yaml', path, text));
    case 'kcl':
      return fromKcl(await parse('toml', path, text));
  }
}

async function parse(language: 'yaml' | 'toml', path: string, text: string): Promise<Fields> {
  try {
    const value =
      language === 'yaml' ? (await import('yaml')).parse(text) : (await import('smol-toml')).parse(text);
    return fields(value);
  } catch (error) {
    // Only the first line: what follows quotes the file.
    throw usageError(
      `${path} cannot be read as ${language.toUpperCase()}: ${messageOf(error).split('\n')[0]}`,
    );
  }
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function servers(value: unknown): string | undefined {
  return Array.isArray(value) ? value.map(String).join(',') : text(value);
}

/** `key=value` lines under librdkafka's names (its CONFIGURATION.md). */
function fromLibrdkafka(file: string): ForeignContext {
  const settings: Record<string, string> = {};
  for (const line of file.split(/\r?\n/)) {
    const match = /^\s*([a-z][\w.]*)\s*=\s*(.*?)\s*$/.exec(line);
    if (match?.[1]) settings[match[1]] = match[2] ?? '';
  }
  const mechanism = settings['sasl.mechanisms'] ?? settings['sasl.mechanism'];
  return assemble(undefined, {
    servers: settings['bootstrap.servers'] ?? settings['metadata.broker.list'],
    protocol: settings['security.protocol'],
    mechanism,
    username: settings['sasl.username'],
    password: settings['sasl.password'],
    ca: settings['ssl.ca.location'],
    cert: settings['ssl.certificate.location'],
    key: settings['ssl.key.location'],
    keyPassword: settings['ssl.key.password'],
    clientId: settings['client.id'],
    insecure: settings['enable.ssl.certificate.verification'] === 'false',
  });
}

/** kaf's ~/.kaf/config: a list of clusters. */
function fromKaf(file: Fields): ForeignContext[] {
  const clusters = Array.isArray(file.clusters) ? file.clusters.map(fields) : [];
  return clusters.map((cluster) => {
    const sasl = fields(cluster.SASL ?? cluster.sasl);
    const tls = fields(cluster.TLS ?? cluster.tls);
    return assemble(text(cluster.name), {
      servers: servers(cluster.brokers),
      protocol: text(cluster['security-protocol']),
      mechanism: text(sasl.mechanism),
      username: text(sasl.username),
      password: text(sasl.password),
      ca: text(tls.cafile),
      cert: text(tls.clientfile),
      key: text(tls.clientkeyfile),
      insecure: tls.insecure === true,
    });
  });
}

const kafkactlMechanisms: Record<string, string> = {
  plaintext: 'PLAIN',
  'scram-sha256': 'SCRAM-SHA-256',
  'scram-sha512': 'SCRAM-SHA-512',
  oauth: 'OAUTHBEARER',
};

/** kafkactl's config.yml: contexts by name. */
function fromKafkactl(file: Fields): ForeignContext[] {
  return Object.entries(fields(file.contexts)).map(([name, value]) => {
    const context = fields(value);
    const [sasl, tls] = [fields(context.sasl), fields(context.tls)];
    const mechanism = text(sasl.mechanism) ?? 'plaintext';
    return assemble(name, {
      servers: servers(context.brokers),
      tls: tls.enabled === true,
      ...(sasl.enabled === true
        ? {
            mechanism: kafkactlMechanisms[mechanism] ?? mechanism,
            username: text(sasl.username),
            password: text(sasl.password),
          }
        : {}),
      ca: text(tls.ca),
      cert: text(tls.cert),
      key: text(tls.certKey),
      clientId: text(context.clientID),
      insecure: tls.insecure === true,
    });
  });
}

/** kcl's config.toml: one cluster, or several as profiles. */
function fromKcl(file: Fields): ForeignContext[] {
  const profiles = Object.entries(fields(file.profiles));
  const all: Array<[string | undefined, unknown]> = profiles.length > 0 ? profiles : [[undefined, file]];
  return all.map(([name, value]) => {
    const profile = fields(value);
    const [sasl, tls] = [fields(profile.sasl), fields(profile.tls)];
    return assemble(name, {
      servers: servers(profile.seed_brokers),
      tls: profile.tls !== undefined,
      mechanism: text(sasl.method)?.replace(/_/g, '-'),
      username: text(sasl.user),
      password: text(sasl.pass),
      ca: text(tls.ca_cert_path),
      cert: text(tls.client_cert_path),
      key: text(tls.client_key_path),
      insecure: tls.insecure === true || tls.insecure_skip_verify === true,
    });
  });
}

interface Found {
  servers?: string | undefined;
  protocol?: string | undefined;
  tls?: boolean;
  mechanism?: string | undefined;
  username?: string | undefined;
  password?: string | undefined;
  ca?: string | undefined;
  cert?: string | undefined;
  key?: string | undefined;
  keyPassword?: string | undefined;
  clientId?: string | undefined;
  insecure?: boolean;
}

/** Puts what was found under the names of kctl's contexts. */
function assemble(name: string | undefined, found: Found): ForeignContext {
  const usesTls = found.tls || found.ca !== undefined || found.cert !== undefined;
  const protocol =
    found.protocol?.toUpperCase() ?? `${found.mechanism ? 'SASL_' : ''}${usesTls ? 'SSL' : 'PLAINTEXT'}`;
  const given = (values: Record<string, string | undefined>) =>
    Object.fromEntries(
      Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1])),
    );
  return {
    name,
    context: {
      ...(found.servers ? { bootstrapServers: found.servers } : {}),
      properties: given({
        'security.protocol': protocol,
        'sasl.mechanism': found.mechanism?.toUpperCase(),
        'sasl.username': found.username,
        'ssl.ca.location': found.ca,
        'ssl.certificate.location': found.cert,
        'ssl.key.location': found.key,
        'client.id': found.clientId,
      }),
    },
    secrets: given({ 'sasl.password': found.password, 'ssl.key.password': found.keyPassword }),
    warnings: found.insecure
      ? [`${name ?? 'the context'} was used without checking certificates; kctl checks them`]
      : [],
  };
}
