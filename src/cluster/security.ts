import { readFile } from 'node:fs/promises';
import { ExitCode, KctlError, messageOf } from '../base/errors.js';

/** How connections are secured: TLS, SASL, both or neither. */
export interface Security {
  tls?: TlsOptions;
  sasl?: SaslOptions;
}

export interface TlsOptions {
  ca?: string;
  cert?: string;
  key?: string;
  passphrase?: string;
  /** False where `ssl.endpoint.identification.algorithm` is empty. */
  verifyHostname: boolean;
}

export interface SaslOptions {
  mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  username: string;
  password: string;
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
    ...(protocol.startsWith('SASL') ? { sasl: readSasl(properties) } : {}),
  };
}

async function readTls(properties: Properties): Promise<TlsOptions> {
  const tls: TlsOptions = { verifyHostname: properties['ssl.endpoint.identification.algorithm'] !== '' };
  const ca = properties['ssl.truststore.certificates'] ?? (await readStore(properties, 'ssl.truststore'));
  if (ca !== undefined) tls.ca = ca;
  // A PEM key store holds the private key and the certificate chain in one file; OpenSSL takes each from it.
  const store = await readStore(properties, 'ssl.keystore');
  const key = properties['ssl.keystore.key'] ?? store;
  const cert = properties['ssl.keystore.certificate.chain'] ?? store;
  if (key !== undefined) tls.key = key;
  if (cert !== undefined) tls.cert = cert;
  const passphrase = properties['ssl.key.password'];
  if (passphrase) tls.passphrase = passphrase;
  return tls;
}

async function readStore(properties: Properties, store: string): Promise<string | undefined> {
  const location = properties[`${store}.location`];
  if (location === undefined) return undefined;
  const type = (properties[`${store}.type`] ?? 'JKS').toUpperCase();
  if (type !== 'PEM') {
    throw configError(
      `${store}.type is ${type}, and kctl reads PEM`,
      `Convert ${location} with keytool and openssl, and set ${store}.type=PEM.`,
    );
  }
  return readFile(location, 'utf8').catch((error) => {
    throw configError(
      `${store}.location cannot be read: ${messageOf(error)}`,
      'Check the path and its permissions.',
    );
  });
}

const mechanisms: Record<string, SaslOptions['mechanism']> = {
  PLAIN: 'plain',
  'SCRAM-SHA-256': 'scram-sha-256',
  'SCRAM-SHA-512': 'scram-sha-512',
};

function readSasl(properties: Properties): SaslOptions {
  const name = (properties['sasl.mechanism'] ?? 'GSSAPI').toUpperCase();
  const mechanism = mechanisms[name];
  if (mechanism === undefined) {
    throw configError(
      `sasl.mechanism ${name} is not one that kctl speaks`,
      `It speaks ${Object.keys(mechanisms).join(', ')}.`,
    );
  }
  const jaas = properties['sasl.jaas.config'];
  if (jaas === undefined)
    throw configError('sasl.jaas.config is missing', 'It carries the user name and the password.');
  const options = parseJaas(jaas);
  const { username, password } = options;
  if (username === undefined || password === undefined) {
    throw configError(
      'sasl.jaas.config lacks username or password',
      'Write …LoginModule required username="…" password="…";',
    );
  }
  return { mechanism, username, password };
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

export function configError(message: string, hint: string): KctlError {
  return new KctlError(message, { code: 'CONFIG', exitCode: ExitCode.usage, hint });
}
