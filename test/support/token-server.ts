import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Ends } from './serve.js';

export interface TokenServer {
  url: string;
  /** How many tokens it gave. */
  given(): number;
}

/** An unsigned JWT (RFC 7519, section 6), such as Kafka's unsecured validator takes; times are relative to now. */
export function unsecuredToken(subject: string, { fromSeconds = 0, toSeconds = 3600 } = {}): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const nowSeconds = Math.floor(Date.now() / 1000);
  const claims = { sub: subject, iat: nowSeconds + fromSeconds, exp: nowSeconds + toSeconds };
  return `${encode({ alg: 'none' })}.${encode(claims)}.`;
}

/**
 * A token endpoint (RFC 6749, section 4.4) that knows one client.
 * @param aheadSeconds how wrong its clock is
 */
export async function serveTokens(
  t: Ends,
  client: { id: string; secret: string },
  aheadSeconds = 0,
): Promise<TokenServer> {
  const login = `Basic ${Buffer.from(`${client.id}:${encodeURIComponent(client.secret)}`).toString('base64')}`;
  let given = 0;
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('date', new Date(Date.now() + aheadSeconds * 1000).toUTCString());
    if (request.headers.authorization !== login) {
      response.statusCode = 401;
      response.end(JSON.stringify({ error: 'invalid_client', error_description: 'who are you?' }));
      return;
    }
    given++;
    const times = { fromSeconds: aheadSeconds, toSeconds: aheadSeconds + 3600 };
    response.end(JSON.stringify({ access_token: unsecuredToken(client.id, times) }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/token`, given: () => given };
}
