import type { SaslMechanism } from '../sasl/mechanism.js';
import { oauthBearer } from '../sasl/oauthbearer.js';
import { fetchToken, oneLine, type Token } from '../sasl/token.js';
import { configError } from './config-error.js';

type Properties = Record<string, string>;

/**
 * How OAUTHBEARER gets its tokens: one that is given, a token endpoint or file (KIP-768), or, for trying only,
 * Kafka's unsecured tokens (org.apache.kafka.common.security.oauthbearer.internals.unsecured).
 * @param jaas the options of sasl.jaas.config, where Kafka before 4.1 has the client's credentials
 */
export function readOauth(properties: Properties, jaas: Properties): SaslMechanism {
  const extensions = Object.fromEntries(
    Object.entries(jaas)
      .filter(([name]) => name.startsWith('extension_'))
      .map(([name, value]) => [name.slice('extension_'.length), value]),
  );
  return oauthBearer(tokenSource(properties, jaas), extensions);
}

function tokenSource(properties: Properties, jaas: Properties): () => Promise<Token> {
  const given = properties['sasl.oauthbearer.token'];
  if (given !== undefined) return async () => ({ text: oneLine(given) });
  const endpoint = properties['sasl.oauthbearer.token.endpoint.url'];
  if (endpoint !== undefined) {
    const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
    // Not quoted: it may hold a password.
    if (!url || url.username || url.password)
      throw configError(
        `sasl.oauthbearer.token.endpoint.url ${url ? 'holds credentials' : 'is not a URL'}`,
        'Write https://host/path; the id and the secret of the client have settings of their own.',
      );
    const credentials = {
      endpoint,
      clientId: properties['sasl.oauthbearer.client.credentials.client.id'] ?? jaas.clientId,
      clientSecret: properties['sasl.oauthbearer.client.credentials.client.secret'] ?? jaas.clientSecret,
      scope: properties['sasl.oauthbearer.scope'] ?? jaas.scope,
    };
    return () => fetchToken(credentials);
  }
  const subject = jaas.unsecuredLoginStringClaim_sub;
  if (subject !== undefined) return async () => ({ text: unsecuredToken(subject) });
  throw configError(
    'sasl.oauthbearer.token.endpoint.url is missing',
    'Name the endpoint, a file with a token (file:///…), or in a context the secret sasl.oauthbearer.token.',
  );
}

/** An unsigned JWT (RFC 7519, section 6) that lives an hour. */
function unsecuredToken(subject: string): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const nowSeconds = Math.floor(Date.now() / 1000);
  return `${encode({ alg: 'none' })}.${encode({ sub: subject, iat: nowSeconds, exp: nowSeconds + 3600 })}.`;
}
