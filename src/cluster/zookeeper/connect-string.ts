import { type Address, formatAddress, parseAddresses } from '../../base/address.js';
import { usageError } from '../../base/errors.js';

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

/** Control, private and half characters, which ZooKeeper's PathUtils.validatePath refuses. */
const refusedCharacter = /[\p{Cc}\p{Cs}\p{Co}]/u;

function parseChroot(path: string): string {
  if (path === '/') return '';
  const parts = path.split('/').slice(1);
  const wrong = parts.some((part) => part === '' || part === '.' || part === '..');
  if (wrong || refusedCharacter.test(path)) {
    throw usageError(
      `${JSON.stringify(path)} is not a chroot path`,
      'Write it once, at the end: host:2181,host2:2181/kafka.',
    );
  }
  return path;
}
