import { connect, isIP, type Socket } from 'node:net';
import type { ConnectionOptions, PeerCertificate } from 'node:tls';
import type { Address } from '../base/address.js';
import type { TlsOptions } from './settings/security.js';

/** Opens a socket, with TLS where there are settings for it; `onConnect` is told when bytes may be sent. */
export function dial({ host, port }: Address, tls: TlsOptions | undefined, onConnect: () => void): Socket {
  if (!tls) return connect({ host, port, noDelay: true }, onConnect);
  return nodeTls()
    .connect({ host, port, ...tlsOptions(host, tls) }, onConnect)
    .setNoDelay(true);
}

/** Node's options for TLS with a server; its certificate is checked against `host`, wherever the bytes go. */
export function tlsOptions(host: string, { verifyHostname, ...options }: TlsOptions): ConnectionOptions {
  const checkServerIdentity = verifyHostname
    ? (_: string, certificate: PeerCertificate) => nodeTls().checkServerIdentity(host, certificate)
    : () => undefined;
  return { ...options, ...(isIP(host) ? {} : { servername: host }), checkServerIdentity };
}

/** Loaded only where it is used: it is one of Node's larger modules. */
function nodeTls() {
  return process.getBuiltinModule('node:tls');
}
