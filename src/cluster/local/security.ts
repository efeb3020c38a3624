import { usageError } from '../../base/errors.js';
import { plain } from '../sasl/plain.js';
import type { Security } from '../settings/security.js';
import type { Properties } from './java-properties.js';
import type { LocalMode } from './state.js';
import { compareVersions, modeName } from './versions.js';

export const protocols = ['plaintext', 'ssl', 'sasl_plaintext', 'sasl_ssl'] as const;
export const saslMechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
export type SaslMechanism = (typeof saslMechanisms)[number];

/** How clients reach a local cluster that is not open to all. Passwords stand in files of their own. */
export interface LocalSecurity {
  protocol: 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL';
  /** What clients are told to use; brokers take every one that they can. */
  mechanism: SaslMechanism;
  /** Clients need a certificate. */
  clientAuth: boolean;
  authorizer: boolean;
  /** The administrator first. */
  users: string[];
}

export interface SecurityWish {
  security?: (typeof protocols)[number] | undefined;
  mechanism?: SaslMechanism | undefined;
  clientAuth?: boolean | undefined;
  authorizer?: boolean | undefined;
  /** Without the administrator; a null password is made. */
  users?: Map<string, string | null> | undefined;
}

/** Who the servers log in as among themselves, and kctl where no other user is named. */
export const adminUser = 'admin';

/** Where the servers talk among themselves, by SASL too: whom the authorizer lets do anything is never anonymous. */
export const internalListener = 'INTERNAL';

/**
 * What the cluster's security shall be: the wishes over what it was before; null for one open to all.
 * @throws a usage error where the wishes do not go together, or this Kafka cannot do it
 */
export function planSecurity(
  wish: SecurityWish,
  previous: LocalSecurity | null | undefined,
  { version, mode }: { version: string; mode: LocalMode },
): LocalSecurity | null {
  const before = previous?.protocol.toLowerCase() as SecurityWish['security'];
  const protocol = wish.security ?? before ?? 'plaintext';
  const authorizer = wish.authorizer ?? previous?.authorizer ?? false;
  const users = [...new Set([adminUser, ...(previous?.users ?? []), ...(wish.users?.keys() ?? [])])];
  const clientAuth = wish.clientAuth ?? previous?.clientAuth ?? false;
  if (protocol === 'plaintext') {
    if (wish.authorizer || wish.clientAuth || wish.users?.size || wish.mechanism)
      throw usageError(
        'nobody can log in where everything is plain text',
        'Add --security sasl_ssl, for example.',
      );
    return null;
  }
  const hasTls = protocol.endsWith('ssl');
  const hasSasl = protocol.startsWith('sasl');
  if (clientAuth && !hasTls)
    throw usageError(`there are no client certificates with ${protocol}`, 'Use --security ssl or sasl_ssl.');
  if (authorizer && !hasSasl && !clientAuth)
    throw usageError(
      'an authorizer has to know who asks, and with ssl alone nobody says',
      'Add --client-auth required, or use --security sasl_ssl.',
    );
  if (hasTls && compareVersions(version, '2.7') < 0)
    throw usageError(`TLS needs Kafka 2.7 or newer, which reads PEM files; this is ${version}`);
  const mechanism = wish.mechanism ?? previous?.mechanism ?? 'PLAIN';
  if (hasSasl && mechanism !== 'PLAIN' && !takesScram(version, mode))
    throw usageError(
      `Kafka ${version} in ${modeName(mode)} mode has no ${mechanism} that can be set up by its protocol`,
    );
  for (const user of users) {
    if (!/^[A-Za-z0-9._-]{1,64}$/.test(user))
      throw usageError(
        `"${user}" is not a name for a user`,
        'Use letters, digits, dots, underscores and dashes.',
      );
  }
  return {
    protocol: protocol.toUpperCase() as LocalSecurity['protocol'],
    mechanism,
    clientAuth,
    authorizer,
    users,
  };
}

/** Users of SCRAM are made by requests from Kafka 2.7 on (KIP-554), in KRaft mode from 3.5 on (KIP-900). */
export function takesScram(version: string, mode: LocalMode): boolean {
  return compareVersions(version, mode === 'kraft' ? '3.5' : '2.7') >= 0;
}

/** The paths that a secured cluster's files have. */
export interface SecurityFiles {
  ca: string;
  broker: string;
  keyOf(user: string): string;
  propertiesOf(user: string): string;
}

/** What a broker or a controller is told of it. */
export function securityProperties(
  security: LocalSecurity,
  server: { version: string; mode: LocalMode },
  files: SecurityFiles,
  passwords: Map<string, string>,
): Properties {
  const { protocol, clientAuth, authorizer } = security;
  const prefix = `listener.name.${protocol.toLowerCase()}`;
  const internal = plainLogin(passwords.get(adminUser) ?? '', [adminUser], passwords);
  const own = (listener: string) => ({
    [`listener.name.${listener}.sasl.enabled.mechanisms`]: 'PLAIN',
    [`listener.name.${listener}.plain.sasl.jaas.config`]: internal,
  });
  return {
    ...own(internalListener.toLowerCase()),
    'inter.broker.listener.name': internalListener,
    'sasl.mechanism.inter.broker.protocol': 'PLAIN',
    ...(server.mode === 'kraft'
      ? { ...own('controller'), 'sasl.mechanism.controller.protocol': 'PLAIN' }
      : {}),
    ...(protocol.startsWith('SASL') ? saslListener(prefix, security, server, passwords) : {}),
    ...(protocol.endsWith('SSL')
      ? {
          [`${prefix}.ssl.keystore.type`]: 'PEM',
          [`${prefix}.ssl.keystore.location`]: files.broker,
          [`${prefix}.ssl.truststore.type`]: 'PEM',
          [`${prefix}.ssl.truststore.location`]: files.ca,
          [`${prefix}.ssl.client.auth`]: clientAuth ? 'required' : 'none',
          // User:alice, as with SASL, and not User:CN=alice.
          'ssl.principal.mapping.rules': 'RULE:^CN=(.*)$/$1/,DEFAULT',
        }
      : {}),
    ...(authorizer
      ? { 'authorizer.class.name': authorizerClass(server.mode), 'super.users': `User:${adminUser}` }
      : {}),
  };
}

function saslListener(
  prefix: string,
  { users }: LocalSecurity,
  { version, mode }: { version: string; mode: LocalMode },
  passwords: Map<string, string>,
): Properties {
  const mechanisms = takesScram(version, mode) ? saslMechanisms : (['PLAIN'] as const);
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  const logins = mechanisms.map((mechanism) => [
    `${prefix}.${mechanism.toLowerCase()}.sasl.jaas.config`,
    mechanism === 'PLAIN' ? plainLogin(undefined, users, passwords) : scram,
  ]);
  return { [`${prefix}.sasl.enabled.mechanisms`]: mechanisms.join(','), ...Object.fromEntries(logins) };
}

function authorizerClass(mode: LocalMode): string {
  return mode === 'kraft'
    ? 'org.apache.kafka.metadata.authorizer.StandardAuthorizer'
    : 'kafka.security.authorizer.AclAuthorizer';
}

/** JAAS for PLAIN: whom a broker knows, and who it is itself. */
function plainLogin(own: string | undefined, users: string[], passwords: Map<string, string>): string {
  const options = users.map((user) => `user_${user}=${quoted(passwords.get(user) ?? '')}`);
  if (own !== undefined) options.unshift(`username="${adminUser}"`, `password=${quoted(own)}`);
  return `org.apache.kafka.common.security.plain.PlainLoginModule required ${options.join(' ')};`;
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

/** What a client's properties say beside its address, without what is secret. */
export function publicClientProperties(
  security: LocalSecurity,
  user: string,
  files: SecurityFiles,
): Record<string, string> {
  const { protocol, mechanism, clientAuth } = security;
  return {
    'security.protocol': protocol,
    ...(protocol.startsWith('SASL') ? { 'sasl.mechanism': mechanism } : {}),
    ...(protocol.endsWith('SSL')
      ? { 'ssl.truststore.type': 'PEM', 'ssl.truststore.location': files.ca }
      : {}),
    ...(clientAuth ? { 'ssl.keystore.type': 'PEM', 'ssl.keystore.location': files.keyOf(user) } : {}),
  };
}

/** The login of one user. */
export function loginProperties(
  { protocol, mechanism }: LocalSecurity,
  user: string,
  password: string,
): Record<string, string> {
  if (!protocol.startsWith('SASL')) return {};
  const module = mechanism === 'PLAIN' ? 'plain.PlainLoginModule' : 'scram.ScramLoginModule';
  const login = `username="${user}" password=${quoted(password)}`;
  return { 'sasl.jaas.config': `org.apache.kafka.common.security.${module} required ${login};` };
}

/** How kctl itself talks to the internal listener. */
export function internalLogin(passwords: Map<string, string>): Security {
  return { sasl: plain(adminUser, passwords.get(adminUser) ?? '') };
}
