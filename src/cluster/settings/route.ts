import { type Address, formatAddress, parseAddress } from '../../base/address.js';
import { usageError } from '../../base/errors.js';

/** A server that passes connections on. */
export interface ProxyServer extends Address {
  /** HTTP CONNECT (RFC 9110, section 9.3.6) or SOCKS 5 (RFC 1928), where the proxy resolves names. */
  kind: 'http' | 'socks5';
  username?: string;
  password?: string;
}

/** How an address is reached, where not directly. */
export interface Route {
  proxy?: ProxyServer;
  /** The address to connect to instead, by `host:port`. Certificates are still checked against the first host. */
  resolve: ReadonlyMap<string, Address>;
}

/** What one place says of the way. */
export interface RouteLayer {
  origin: string;
  proxy?: string | undefined;
  /** As --resolve takes them. */
  resolve?: string[] | undefined;
}

/** One way from all that is said of it, the most important first. */
export function mergeRoute(layers: RouteLayer[]): Route {
  const proxy = layers.find((layer) => layer.proxy !== undefined)?.proxy;
  const resolve = layers.toReversed().flatMap((layer) => layer.resolve ?? []);
  return {
    ...(proxy === undefined ? {} : { proxy: parseProxy(proxy) }),
    resolve: new Map(resolve.map(parseResolve)),
  };
}

/** The way as it is shown, each part with its origin; without what lets somebody into the proxy. */
export function describeRoute(layers: RouteLayer[]): Array<{ name: string; value: string; origin: string }> {
  const { proxy, resolve } = mergeRoute(layers);
  const shown = [...resolve].map(([from, to]) => {
    const origin = layers.find((each) =>
      each.resolve?.some((text) => parseResolve(text)[0] === from),
    )?.origin;
    return { name: `resolve ${from}`, value: formatAddress(to), origin: origin ?? '' };
  });
  if (!proxy) return shown;
  const origin = layers.find((layer) => layer.proxy !== undefined)?.origin ?? '';
  return [{ name: 'proxy', value: `${proxy.kind}://${formatAddress(proxy)}`, origin }, ...shown];
}

const proxyKinds: Record<string, ProxyServer['kind']> = {
  'http:': 'http',
  'socks5:': 'socks5',
  'socks5h:': 'socks5',
};
const defaultPorts: Record<ProxyServer['kind'], number> = { http: 3128, socks5: 1080 };

/** Parses `http://[user:password@]host[:port]` or `socks5://…`. */
export function parseProxy(text: string): ProxyServer {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const kind = url && proxyKinds[url.protocol];
  // The text may hold a password.
  if (!url || !kind || !url.hostname || url.pathname.length > 1)
    throw usageError('that is not the address of a proxy', 'Write http://host:port or socks5://host:port.');
  // For http: the port of the URL's scheme, 80, is left out of `port`.
  const port = Number(url.port) || (/:80\b/.test(text) ? 80 : defaultPorts[kind]);
  return {
    kind,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    ...(url.username ? { username: decoded(url.username) } : {}),
    ...(url.password ? { password: decoded(url.password) } : {}),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw usageError(
      'the login of the proxy is not encoded for a URL',
      'Write % as %25, @ as %40 and : as %3A.',
    );
  }
}

/**
 * Parses `host:port:address[:port]`, as curl's --resolve has it, with a port of its own where a forward needs one.
 * @returns the key of `Route.resolve` and its value
 */
export function parseResolve(text: string): [from: string, to: Address] {
  const match = /^((?:\[[^\]]+\]|[^:[\]]+):\d{1,5}):(.+)$/.exec(text.trim());
  if (!match?.[1] || !match[2])
    throw usageError(
      `"${text}" is not host:port:address`,
      'Write for example broker-1.internal:9092:127.0.0.1:19092.',
    );
  const from = parseAddress(match[1], 0);
  // An IPv6 address without a port needs no brackets in curl's form.
  const to = /^[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(match[2]) ? `[${match[2]}]` : match[2];
  return [formatAddress(from), parseAddress(to, from.port)];
}
