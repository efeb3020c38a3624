import { KctlError } from '../base/errors.js';
import type { AdminFields } from '../cluster/zookeeper/admin-server.js';
import { formatSessionId } from '../cluster/zookeeper/session.js';
import { byText, type Integer } from './answer.js';
import type { Connection, Connections } from './connections.js';
import { type Digests, type ReadOnlyState, type TraceMask, tracesOf } from './replies.js';
import {
  integerOf,
  latencyOf,
  parseVersion,
  present,
  type ServerStatus,
  type ServerStatusWithConnections,
} from './server.js';
import type { SessionDump, SessionPaths, WatchesByPath, WatchesBySession, WatchSummary } from './sessions.js';
import type { Configuration, DirectorySizes, Environment, Metrics } from './settings.js';

/*
 * What the AdminServer (org.apache.zookeeper.server.admin.Commands) answers, as the four-letter words' parsers give it.
 */

/** Of `server_stats`. */
export function readStatus({ node_count, server_stats, version }: AdminFields): ServerStatus {
  const stats = objectOf(server_stats);
  const zxid = integerOf(stats.last_processed_zxid);
  return present({
    ...parseVersion(String(version ?? '')),
    mode: String(stats.server_state ?? 'serving'),
    zxid: zxid === undefined ? undefined : formatSessionId(BigInt(zxid)),
    znodeCount: integerOf(node_count),
    connectionCount: integerOf(stats.num_alive_client_connections),
    packetsReceived: integerOf(stats.packets_received),
    packetsSent: integerOf(stats.packets_sent),
    outstandingRequests: integerOf(stats.outstanding_requests),
    latencyMs: latencyOf([stats.min_latency, stats.avg_latency, stats.max_latency].map(Number)),
  });
}

/** Of `stats`. */
export function readStatusWithConnections(fields: AdminFields): ServerStatusWithConnections {
  return { ...readStatus(fields), ...readConnections(fields) };
}

/** Of `is_read_only`. */
export function readReadOnly({ read_only }: AdminFields): ReadOnlyState {
  return { readOnly: read_only === true };
}

/** Of `monitor`, under the names of `mntr`. */
export function readMonitor(fields: AdminFields): Metrics {
  const entries = Object.entries(fields)
    .filter(([, value]) => ['number', 'bigint', 'string'].includes(typeof value))
    .map(([name, value]) => [`zk_${name}`, value] as const);
  const metrics = Object.fromEntries(entries.sort(byText(([name]) => name)));
  return { metrics: metrics as Metrics['metrics'] };
}

/** Of `configuration`: `client_port` is `clientPort` in `conf`. */
export function readConfiguration(fields: AdminFields): Configuration {
  const entries = Object.entries(fields)
    .filter(([, value]) => ['number', 'bigint', 'string'].includes(typeof value))
    .map(([name, value]) => [name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()), value] as const);
  const settings = Object.fromEntries(entries.sort(byText(([name]) => name)));
  return { settings: settings as Configuration['settings'] };
}

/** Of `environment`. */
export function readEnvironment(fields: AdminFields): Environment {
  const entries = Object.entries(fields).map(([name, value]) => [name, String(value)] as const);
  return { environment: Object.fromEntries(entries.sort(byText(([name]) => name))) };
}

/** Of `connections`, the secure ones among them. */
export function readConnections({ connections, secure_connections }: AdminFields): Connections {
  const found = [...listOf(connections), ...listOf(secure_connections)]
    .map(objectOf)
    .map(
      (each): Connection =>
        present({
          remoteSocketAddress: String(each.remote_socket_address ?? ''),
          interestOps: integer('interest_ops', each.interest_ops),
          outstandingRequests: integer('outstanding_requests', each.outstanding_requests),
          packetsReceived: integer('packets_received', each.packets_received),
          packetsSent: integer('packets_sent', each.packets_sent),
          sessionId: each.session_id === undefined ? undefined : sessionIdOf(each.session_id),
          sessionTimeoutMs: integerOf(each.session_timeout),
          established: integerOf(each.established),
          lastOperation: typeof each.last_operation === 'string' ? each.last_operation : undefined,
          lastCxid: hexOf(each.last_cxid),
          lastZxid: hexOf(each.last_zxid),
          lastResponseTimeMs: integerOf(each.last_response_time),
          lastLatencyMs: integerOf(each.last_latency),
          minLatencyMs: integerOf(each.min_latency),
          avgLatencyMs: integerOf(each.avg_latency),
          maxLatencyMs: integerOf(each.max_latency),
        }),
    )
    .sort(byText(({ remoteSocketAddress }) => remoteSocketAddress));
  return { connections: found };
}

/** Of `dirs`. */
export function readDirectorySizes({ datadir_size, logdir_size }: AdminFields): DirectorySizes {
  return {
    datadirSizeBytes: integer('datadir_size', datadir_size),
    logdirSizeBytes: integer('logdir_size', logdir_size),
  };
}

/** Of `dump`, where sessions expire by a clock that only the server knows. */
export function readDump({
  expiry_time_to_session_ids,
  session_id_to_ephemeral_paths,
}: AdminFields): SessionDump {
  const ids = Object.values(objectOf(expiry_time_to_session_ids)).flatMap(listOf).map(sessionIdOf);
  return {
    sessions: ids.sort().map((sessionId) => ({ sessionId })),
    ephemerals: readPathsBySession(session_id_to_ephemeral_paths),
  };
}

/** Of `hash`. */
export function readDigests({ digests }: AdminFields): Digests {
  return {
    digests: listOf(digests)
      .map(objectOf)
      .map(({ digest, zxid }) => ({
        zxid: hexOf(zxid) ?? malformed('zxid'),
        digest: integer('digest', digest),
      })),
  };
}

/** Of `get_trace_mask`. */
export function readTraceMask({ tracemask }: AdminFields): TraceMask {
  const traceMask = integer('trace mask', tracemask);
  return { traceMask, traces: tracesOf(traceMask) };
}

/** Of `watch_summary`. */
export function readWatchSummary(fields: AdminFields): WatchSummary {
  return {
    connectionCount: integer('num_connections', fields.num_connections),
    pathCount: integer('num_paths', fields.num_paths),
    watchCount: integer('num_total_watches', fields.num_total_watches),
  };
}

/** Of `watches`. */
export function readWatches({ session_id_to_watched_paths }: AdminFields): WatchesBySession {
  return { sessions: readPathsBySession(session_id_to_watched_paths) };
}

/** Paths under the sessions' ids in decimal. */
function readPathsBySession(value: unknown): SessionPaths[] {
  return Object.entries(objectOf(value))
    .map(([id, paths]) => ({ sessionId: sessionIdOf(id), paths: listOf(paths).map(String).sort() }))
    .sort(byText(({ sessionId }) => sessionId));
}

/** Of `watches_by_path`. */
export function readWatchesByPath({ path_to_session_ids }: AdminFields): WatchesByPath {
  const paths = Object.entries(objectOf(path_to_session_ids)).map(([path, ids]) => ({
    path,
    sessionIds: listOf(ids).map(sessionIdOf).sort(),
  }));
  return { paths: paths.sort(byText(({ path }) => path)) };
}

/** An int64, in JSON a number or, as the name of a field, its digits. */
function sessionIdOf(value: unknown): string {
  const digits = String(value);
  return /^-?\d{1,19}$/.test(digits) ? formatSessionId(BigInt(digits)) : malformed('a session');
}

function hexOf(value: unknown): string | undefined {
  const number = integerOf(value);
  return number === undefined ? undefined : formatSessionId(BigInt(number));
}

function integer(what: string, value: unknown): Integer {
  return integerOf(value) ?? malformed(what);
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function malformed(what: string): never {
  throw new KctlError(`the AdminServer says no ${what} that could be one`, { code: 'MALFORMED_ANSWER' });
}
