import { usageError } from './errors.js';

export interface Address {
  host: string;
  port: number;
}

/** `host:port`, with an IPv6 host in brackets. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Parses `host`, `host:port` or `[ipv6]:port`.
 * @param defaultPort used where the text names none
 * @throws a usage error that names the text
 */
export function parseAddress(text: string, defaultPort: number): Address {
  const match = /^(?:\[([0-9a-fA-F:.]+(?:%[\w.-]+)?)\]|([^\s:[\]/,]+))(?::(\d{1,5}))?$/.exec(text.trim());
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  if (!host || port < 1 || port > 65535) {
    // What stands before an @ may be a password.
    const shown = text.replace(/^.*@/s, '…@');
    throw usageError(`"${shown}" is not an address`, 'Write host:port, or [IPv6 address]:port.');
  }
  return { host, port };
}

/** Parses a comma-separated list of addresses. */
export function parseAddresses(text: string, defaultPort: number): Address[] {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  if (parts.length === 0) throw usageError(`"${text}" names no address`, 'Write host:port[,host:port…].');
  return parts.map((part) => parseAddress(part, defaultPort));
}
