import { usageError } from '../../base/errors.js';
import { nearestNames } from '../../base/names.js';

/** What kind of thing a client setting is. */
export interface ClientSetting {
  /** Never shown, never an argument, never written to a file of kctl's. */
  secret?: true;
  /** Says how to talk to one certain cluster: not carried over to an address from elsewhere. */
  security?: true;
}

const security = { security: true } as const;
const secret = { security: true, secret: true } as const;

/**
 * The settings of a Java client (AdminClientConfig, SslConfigs, SaslConfigs) that kctl acts upon, and librdkafka's
 * names where Java has none: user and password apart from JAAS, certificate, key and authority as files of their own.
 */
export const clientSettings: Readonly<Record<string, ClientSetting>> = {
  'bootstrap.servers': {},
  'client.id': {},
  'default.api.timeout.ms': {},
  'request.timeout.ms': {},
  'socket.connection.setup.timeout.ms': {},
  'security.protocol': security,
  'sasl.mechanism': security,
  'sasl.jaas.config': secret,
  'sasl.username': security,
  'sasl.password': secret,
  'sasl.kerberos.service.name': security,
  'sasl.login.callback.handler.class': security,
  'sasl.client.callback.handler.class': security,
  'sasl.oauthbearer.token.endpoint.url': security,
  'sasl.oauthbearer.client.credentials.client.id': security,
  'sasl.oauthbearer.client.credentials.client.secret': secret,
  'sasl.oauthbearer.scope': security,
  // kctl's own: a token, from wherever a context says it is kept.
  'sasl.oauthbearer.token': secret,
  'ssl.endpoint.identification.algorithm': security,
  'ssl.protocol': security,
  'ssl.enabled.protocols': security,
  'ssl.cipher.suites': security,
  'ssl.truststore.type': security,
  'ssl.truststore.location': security,
  'ssl.truststore.password': secret,
  'ssl.truststore.certificates': security,
  'ssl.keystore.type': security,
  'ssl.keystore.location': security,
  'ssl.keystore.password': secret,
  'ssl.keystore.key': secret,
  'ssl.keystore.certificate.chain': security,
  'ssl.key.password': secret,
  'ssl.ca.location': security,
  'ssl.certificate.location': security,
  'ssl.key.location': security,
};

export const secretSettings = Object.keys(clientSettings).filter((name) => clientSettings[name]?.secret);

/** Whether any of the settings lets somebody in: the secret of a login, or a client's certificate with its key. */
export function carriesCredentials(names: Iterable<string>): boolean {
  return [...names].some((name) => clientSettings[name]?.secret || /^ssl\.(keystore|key)\./.test(name));
}

/** The variable of a setting: `KCTL_SECURITY_PROTOCOL` for `security.protocol`. */
export function variableOf(setting: string): string {
  return `KCTL_${setting.replaceAll('.', '_').toUpperCase()}`;
}

/** @throws a usage error with the nearest names for what is no setting of a client */
export function requireClientSetting(name: string, where: string): void {
  if (Object.hasOwn(clientSettings, name)) return;
  throw unknownName(`client setting "${name}"`, where, nearestNames(name, Object.keys(clientSettings)));
}

/** The error for an unknown word in a file or on the command line. */
export function unknownName(what: string, where: string, near: string[]) {
  return usageError(
    `unknown ${what} in ${where}`,
    near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Look at docs/contexts.md for what there is.',
  );
}
