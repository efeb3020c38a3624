import type { SaslMechanism } from '../sasl/mechanism.js';
import type { ScramName } from '../sasl/scram.js';
import { configError } from './config-error.js';
import { inLines, readPem } from './pem.js';

/** How connections are secured: TLS, SASL, both or neither. */
export interface Security {
  tls?: TlsOptions;
  sasl?: SaslMechanism;
}

export interface TlsOptions {
  ca?: string;
  cert?: string;
  key?: string;
  passphrase?: string;
  minVersion?: 'TLSv1.2' | 'TLSv1.3';
  maxVersion?: 'TLSv1.2' | 'TLSv1.3';
  /** As OpenSSL writes them. */
  ciphers?: string;
  /** False where `ssl.endpoint.identification.algorithm` is empty. */
  verifyHostname: boolean;
}

type Properties = Record<string, string>;

/**
 * Reads the security settings of a Java client.properties file, under Kafka's names (KIP-651 for PEM).
 * @throws KctlError code CONFIG that names the key, never a secret
 */
export async function readSecurity(properties: Properties): Promise<Security> {
  const protocol = (properties['security.protocol'] ?? 'PLAINTEXT').toUpperCase();
  if (!['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'].includes(protocol)) {
    throw configError(
      `security.protocol is ${protocol}`,
      'It is one of PLAINTEXT, SSL, SASL_PLAINTEXT and SASL_SSL.',
    );
  }
  return {
    ...(protocol.endsWith('SSL') ? { tls: await readTls(properties) } : {}),
    ...(protocol.startsWith('SASL') ? { sasl: await readSasl(properties) } : {}),
  };
}

/** The settings of TLS under Kafka's names, `ssl.…`. */
export async function readTls(properties: Properties): Promise<TlsOptions> {
  const tls: TlsOptions = { verifyHostname: !isOff(properties['ssl.endpoint.identification.algorithm']) };
  const [trust, own] = await Promise.all([
    openStore(properties, 'ssl.truststore'),
    openStore(properties, 'ssl.keystore'),
  ]);
  const pem = (setting: string) => {
    const location = properties[`${setting}.location`];
    return location === undefined ? undefined : readPem(setting, location);
  };
  const given = (setting: string) => {
    const value = properties[setting];
    return value === undefined ? undefined : inLines(value);
  };
  const ca = given('ssl.truststore.certificates') ?? pem('ssl.ca') ?? trust?.trusted;
  const key = given('ssl.keystore.key') ?? pem('ssl.key') ?? own?.key;
  const cert = given('ssl.keystore.certificate.chain') ?? pem('ssl.certificate') ?? own?.chain;
  const passphrase = properties['ssl.key.password'];
  const versions = tlsVersions(properties);
  return {
    ...tls,
    ...(ca === undefined ? {} : { ca }),
    ...(key === undefined ? {} : { key }),
    ...(cert === undefined ? {} : { cert }),
    ...(passphrase ? { passphrase } : {}),
    ...versions,
  };
}

/** Java turns the check off by an empty value, librdkafka by `none`. */
function isOff(algorithm: string | undefined): boolean {
  return algorithm !== undefined && /^(none)?$/i.test(algorithm.trim());
}

function tlsVersions(properties: Properties): Pick<TlsOptions, 'minVersion' | 'maxVersion' | 'ciphers'> {
  const ciphers = properties['ssl.cipher.suites'];
  const enabled = properties['ssl.enabled.protocols']?.split(',').map((each) => each.trim());
  if (enabled?.some((each) => each !== 'TLSv1.2' && each !== 'TLSv1.3')) {
    throw configError(
      `ssl.enabled.protocols is ${properties['ssl.enabled.protocols']}`,
      'kctl speaks TLSv1.2 and TLSv1.3.',
    );
  }
  return {
    ...(enabled ? { minVersion: enabled.includes('TLSv1.2') ? 'TLSv1.2' : 'TLSv1.3' } : {}),
    ...(enabled ? { maxVersion: enabled.includes('TLSv1.3') ? 'TLSv1.3' : 'TLSv1.2' } : {}),
    // Java's list is parted by commas, OpenSSL's by colons; OpenSSL knows the names of TLS 1.3 and its own.
    ...(ciphers ? { ciphers: ciphers.replaceAll(',', ':') } : {}),
  };
}

async function openStore(properties: Properties, setting: string) {
  const location = properties[`${setting}.location`];
  if (location === undefined) return undefined;
  const { readStore } = await import('./stores.js');
  return readStore(setting, location, {
    type: properties[`${setting}.type`],
    password: properties[`${setting}.password`],
    keyPassword: properties['ssl.key.password'],
  });
}

const mechanisms: Record<string, (properties: Properties) => Promise<SaslMechanism>> = {
  PLAIN: async (properties) => {
    const { username, password } = readLogin(properties);
    return (await import('../sasl/plain.js')).plain(username, password);
  },
  'SCRAM-SHA-256': (properties) => readScram('SCRAM-SHA-256', properties),
  'SCRAM-SHA-512': (properties) => readScram('SCRAM-SHA-512', properties),
  OAUTHBEARER: async (properties) =>
    (await import('./oauth.js')).readOauth(properties, jaasOptions(properties)),
  GSSAPI: async (properties) => {
    const service =
      properties['sasl.kerberos.service.name'] ?? jaasOptions(properties).serviceName ?? 'kafka';
    return (await import('../sasl/gssapi.js')).gssapi(service);
  },
};

function readSasl(properties: Properties): Promise<SaslMechanism> {
  const name = (properties['sasl.mechanism'] ?? 'GSSAPI').toUpperCase();
  const read = Object.hasOwn(mechanisms, name) ? mechanisms[name] : undefined;
  if (read) return read(properties);
  throw configError(
    `sasl.mechanism ${name} is not one that kctl speaks`,
    name === 'AWS_MSK_IAM'
      ? "Use OAUTHBEARER with a token of AWS's signer: see docs/contexts.md."
      : `It speaks ${Object.keys(mechanisms).join(', ')}.`,
  );
}

async function readScram(name: ScramName, properties: Properties): Promise<SaslMechanism> {
  const { username, password } = readLogin(properties);
  const { scram } = await import('../sasl/scram.js');
  return scram(name, username, password, jaasOptions(properties).tokenauth === 'true');
}

function jaasOptions(properties: Properties): Record<string, string> {
  const jaas = properties['sasl.jaas.config'];
  return jaas === undefined ? {} : parseJaas(jaas);
}

/** JAAS's user and password, or librdkafka's. */
function readLogin(properties: Properties): { username: string; password: string } {
  const jaas = properties['sasl.jaas.config'];
  const options = jaasOptions(properties);
  const username = options.username ?? properties['sasl.username'];
  const password = options.password ?? properties['sasl.password'];
  if (username !== undefined && password !== undefined) return { username, password };
  if (jaas === undefined)
    throw configError(
      'sasl.jaas.config is missing',
      'It carries the user name and the password; sasl.username and sasl.password do as well.',
    );
  throw configError(
    'sasl.jaas.config lacks username or password',
    'Write …LoginModule required username="…" password="…";',
  );
}

/**
 * The options of a JAAS configuration entry: `module flag key="value" key=value … ;`, with backslash escapes
 * in quoted values; quotes are double or single (org.apache.kafka.common.security.JaasConfig).
 */
export function parseJaas(text: string): Record<string, string> {
  const entry = /^\s*\S+\s+(?:required|requisite|sufficient|optional)\b([\s\S]*);\s*$/i.exec(text);
  if (!entry)
    throw configError(
      'sasl.jaas.config is not "module required key=value …;"',
      'The closing semicolon is needed.',
    );
  const options: Record<string, string> = {};
  for (const [, key, double, single, bare] of (entry[1] ?? '').matchAll(
    /([^\s=]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s"']+))/gs,
  )) {
    if (key !== undefined) options[key] = (double ?? single)?.replace(/\\(.)/gs, '$1') ?? bare ?? '';
  }
  return options;
}
