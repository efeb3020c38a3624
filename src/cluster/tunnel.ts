import type net from 'node:net';
import { type Address, formatAddress } from '../base/address.js';
import { ExitCode, KctlError, messageOf } from '../base/errors.js';
import type { ProxyServer } from './settings/route.js';

/**
 * A connection through a proxy, ready for TLS or Kafka's own bytes.
 * @throws KctlError `PROXY`, exit 3, in the proxy's words
 */
export async function openTunnel(proxy: ProxyServer, to: Address, timeoutMs: number): Promise<net.Socket> {
  try {
    return await (proxy.kind === 'http' ? throughHttp : throughSocks)(proxy, to, timeoutMs);
  } catch (error) {
    throw new KctlError(`the proxy at ${formatAddress(proxy)} does not lead to ${formatAddress(to)}`, {
      code: 'PROXY',
      exitCode: ExitCode.unreachable,
      words: messageOf(error),
      hint: 'Check --proxy, KCTL_PROXY or the proxy of the context, and what the proxy lets through.',
      cause: error,
    });
  }
}

/** CONNECT (RFC 9110, section 9.3.6). */
async function throughHttp(proxy: ProxyServer, to: Address, timeoutMs: number): Promise<net.Socket> {
  const { request } = await import('node:http');
  const { host, port, username, password = '' } = proxy;
  const path = formatAddress(to);
  const login =
    username === undefined ? undefined : Buffer.from(`${username}:${password}`).toString('base64');
  const headers = { host: path, ...(login === undefined ? {} : { 'proxy-authorization': `Basic ${login}` }) };
  return new Promise((resolve, reject) => {
    const asking = request({
      method: 'CONNECT',
      host,
      port,
      path,
      headers,
      timeout: timeoutMs,
      agent: false,
    });
    asking.on('connect', ({ statusCode, statusMessage }, socket: net.Socket, head) => {
      if (statusCode !== 200) {
        socket.destroy();
        return reject(new Error(`it answers ${statusCode} ${statusMessage}`));
      }
      socket.setTimeout(0);
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    asking.on('response', ({ statusCode, statusMessage }) => {
      asking.destroy(new Error(`it answers ${statusCode} ${statusMessage}`));
    });
    asking.on('timeout', () => asking.destroy(new Error(`no answer within ${Math.round(timeoutMs)} ms`)));
    asking.on('error', reject);
    asking.end();
  });
}

/** SOCKS 5 (RFC 1928, 1929); the proxy resolves the name. */
async function throughSocks(proxy: ProxyServer, to: Address, timeoutMs: number): Promise<net.Socket> {
  const { SocksClient } = await import('socks');
  const { host, port, username, password } = proxy;
  const { socket } = await SocksClient.createConnection({
    proxy: {
      host,
      port,
      type: 5,
      ...(username === undefined ? {} : { userId: username, password: password ?? '' }),
    },
    command: 'connect',
    destination: to,
    timeout: Math.max(1, timeoutMs),
  });
  return socket;
}
