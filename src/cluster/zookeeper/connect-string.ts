import { type Address, formatAddress, parseAddresses } from '../../base/address.js';
import { usageError } from '../../base/errors.js';
import { pathFault } from './paths.js';

export const zookeeperPort = 2181;

export interface ConnectString {
  servers: Address[];
  /** The path that every path of a session is below: `/kafka`; `''` where there is none. */
  chroot: string;
}

/**
 * Parses ZooKeeper's connect string: `host[:port][,host[:port]…][/chroot]`, IPv6 hosts in brackets.
 * @throws a usage error that names the part that is wrong
 */
export function parseConnectString(text: string): ConnectString {
  const at = text.indexOf('/');
  const hosts = at < 0 ? text : text.slice(0, at);
  return {
    servers: parseAddresses(hosts, zookeeperPort),
    chroot: at < 0 ? '' : parseChroot(text.slice(at).trimEnd()),
  };
}

export function formatConnectString({ servers, chroot }: ConnectString): string {
  return servers.map(formatAddress).join(',') + chroot;
}

function parseChroot(path: string): string {
  if (path === '/') return '';
  if (pathFault(path) !== undefined) {
    throw usageError(
      `${JSON.stringify(path)} is not a chroot path`,
      'Write it once, at the end: host:2181,host2:2181/kafka.',
    );
  }
  return path;
}
