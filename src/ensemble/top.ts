import { Deadline, defaultTimeoutMs, pause } from '../base/deadline.js';
import { ExitCode, KctlError } from '../base/errors.js';
import type { ResultDocument } from '../base/result.js';
import type { ZookeeperAccess } from '../cluster/zookeeper/access.js';
import { parseConnectString } from '../cluster/zookeeper/connect-string.js';
import type { Connection } from '../zk/connections.js';
import { findServers } from '../zk/members.js';
import { present } from '../zk/server.js';
import { wchc } from '../zk/words.js';
import { type Look, lookAt, Words } from './probe.js';
import type { ServerReport } from './types.js';

export interface TopServer
  extends Pick<
    ServerReport,
    | 'server'
    | 'state'
    | 'via'
    | 'error'
    | 'latencyMs'
    | 'outstandingRequests'
    | 'connectionCount'
    | 'watchCount'
    | 'znodeCount'
  > {
  /** Packets received, pings among them and kctl's own words not; null at the first look, and when its counters have begun anew. */
  requestsPerSec: number | null;
}

/** A client's session. */
export interface TopClient {
  client: string;
  server: string;
  sessionId: string;
  requestsPerSec: number | null;
  /** Since the session's beginning. */
  latencyMs?: { avg: number; max: number };
  outstandingRequests: number;
  lastOperation?: string;
  /** Only where it was asked for. */
  watchCount?: number;
}

export interface EnsembleTop extends ResultDocument {
  /** Epoch milliseconds. */
  timestamp: number;
  servers: TopServer[];
  clients: TopClient[];
}

export interface TopOptions {
  intervalMs: number;
  /** Ends after so many; never when absent. */
  count?: number | undefined;
  timeoutMs?: number | undefined;
  adminPort?: number | undefined;
  /** Counts the watches of each client too, by wchc. */
  countsWatches: boolean;
  /** Gives the first look too, which knows of no rates. */
  givesFirst: boolean;
  signal: AbortSignal;
}

/** What was seen of the ensemble at one time. */
export interface TopSample {
  atMs: number;
  timestamp: number;
  servers: Array<Look & { watches: Map<string, number>; asked: number }>;
}

/** A silent server must not keep the others from being seen. */
const shortestPatienceMs = 1000;

/**
 * Looks at every server again and again, and tells what they and their clients do.
 * @throws KctlError exit 3 when no server is there at the first look
 */
export async function* watchTop(access: ZookeeperAccess, options: TopOptions): AsyncGenerator<EnsembleTop> {
  const { intervalMs, signal, timeoutMs = defaultTimeoutMs } = options;
  const { tls } = access;
  const given = parseConnectString(access.connectString.value).servers;
  const servers = await findServers(given, new Deadline(timeoutMs * 0.3), { tls });
  const patienceMs = Math.max(shortestPatienceMs, Math.min(timeoutMs, intervalMs));
  const look = async (): Promise<TopSample> => {
    const [atMs, timestamp] = [performance.now(), Date.now()];
    const looks = servers.map(async (address) => {
      const deadline = new Deadline(patienceMs);
      const words = new Words(address, { tls, deadline, adminPort: options.adminPort });
      const found = await lookAt(address, words);
      const asks = options.countsWatches && !found.report.error;
      const watched = asks ? await words.ask(wchc).catch(() => undefined) : undefined;
      const counts = watched?.data.sessions.map(({ paths, sessionId }) => [sessionId, paths.length] as const);
      return { ...found, watches: new Map(counts), asked: words.asked };
    });
    return { atMs, timestamp, servers: await Promise.all(looks) };
  };
  let before: TopSample | undefined;
  for (let shown = 0; !signal.aborted; ) {
    const now = await look();
    if (!before) refuseSilence(now);
    if (signal.aborted) return;
    if (before || options.givesFirst) {
      yield compareLooks(now, before);
      if (++shown === options.count) return;
    }
    before = now;
    await pause(Math.max(0, intervalMs - (performance.now() - now.atMs)), signal);
  }
}

function refuseSilence({ servers }: TopSample): void {
  const [first] = servers;
  if (!first || servers.some(({ report }) => !report.error)) return;
  const { code = 'UNREACHABLE', message = '' } = first.report.error ?? {};
  const names = servers.map(({ report }) => report.server).join(', ');
  throw new KctlError(`no server of ${names} answers`, {
    code,
    exitCode: ExitCode.unreachable,
    words: message,
  });
}

/** Pure: what happened between two looks, and how things are at the second. */
export function compareLooks(now: TopSample, before: TopSample | undefined): EnsembleTop {
  const seconds = before && (now.atMs - before.atMs) / 1000;
  const rate = (count: number | undefined, earlier: number | undefined, own = 0): number | null => {
    if (!seconds || count === undefined || earlier === undefined || count < earlier) return null;
    return Math.round((Math.max(0, count - earlier - own) / seconds) * 10) / 10;
  };
  const earlier = new Map(before?.servers.map((look) => [look.report.server, look]));
  const servers = now.servers.map(({ asked, report }): TopServer => {
    const { connectionCount, error, latencyMs, outstandingRequests, server, state } = report;
    const past = earlier.get(server)?.report.packetsReceived;
    const requestsPerSec = rate(report.packetsReceived, past, asked);
    const { via, watchCount, znodeCount } = report;
    const known = { error, latencyMs, outstandingRequests, connectionCount, watchCount, znodeCount };
    return { server, ...present({ state, via }), requestsPerSec, ...present(known) } as TopServer;
  });
  const clients = now.servers.flatMap(({ connections, report: { server }, watches }) => {
    const known = new Map(earlier.get(server)?.connections.map((each) => [each.sessionId, each]));
    return connections.flatMap((connection): TopClient[] => {
      const { sessionId } = connection;
      // Who asks words has no session, such as this program.
      if (sessionId === undefined) return [];
      const packets = ({ packetsReceived }: Connection) => Number(packetsReceived);
      const past = known.get(sessionId);
      const { avgLatencyMs: avg, maxLatencyMs: max, lastOperation } = connection;
      const client: TopClient = {
        client: connection.remoteSocketAddress,
        server,
        sessionId,
        requestsPerSec: rate(packets(connection), past && packets(past)),
        outstandingRequests: Number(connection.outstandingRequests),
      };
      if (avg !== undefined && max !== undefined) client.latencyMs = { avg: Number(avg), max: Number(max) };
      if (lastOperation !== undefined) client.lastOperation = lastOperation;
      if (watches.size > 0) client.watchCount = watches.get(sessionId) ?? 0;
      return [client];
    });
  });
  return { kind: 'ZookeeperTop', version: 1, timestamp: now.timestamp, servers, clients };
}
