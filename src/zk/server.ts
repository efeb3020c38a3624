import type { Answer, Integer } from './answer.js';
import { type Connection, parseConnectionLines } from './connections.js';

/**
 * What `srvr` says of a server, under the names that `mntr` and the AdminServer use. Whatever is absent is not told
 * by the way that it was learnt by.
 */
export interface ServerStatus {
  zookeeperVersion?: string;
  /** The commit it was built from. */
  revision?: string;
  builtOn?: string;
  /** standalone, leader, follower, observer or read-only; `serving` when only a session tells. */
  mode: string;
  /** The last transaction the server has seen: epoch in the upper, counter in the lower 32 bits. */
  zxid?: string;
  znodeCount?: Integer;
  connectionCount?: Integer;
  packetsReceived?: Integer;
  packetsSent?: Integer;
  outstandingRequests?: Integer;
  latencyMs?: { min: number; avg: number; max: number };
  /** Bytes; leaders only. */
  proposalSizes?: { last: Integer; min: Integer; max: Integer };
}

export interface ServerStatusWithConnections extends ServerStatus {
  connections?: Connection[];
}

/** Parses `srvr` of ZooKeeper 3.4 to 3.9. */
export function parseSrvr(answer: Answer): ServerStatus {
  const integer = (what: string) => answer.integer(what, answer.require(what, new RegExp(`^${what}: (.*)$`)));
  const version = answer.require('version', /^Zookeeper version: (.*)$/);
  const [latencyMin, latencyAvg, latencyMax] = answer
    .require('latency', /^Latency min\/avg\/max: (.*)$/)
    .split('/');
  const sizes = answer.find(/^Proposal sizes last\/min\/max: (.*)$/)?.split('/');
  return {
    ...parseVersion(version),
    mode: answer.require('mode', /^Mode: (.+)$/),
    zxid: answer.require('zxid', /^Zxid: (0x[0-9a-f]{1,16})$/),
    znodeCount: integer('Node count'),
    connectionCount: integer('Connections'),
    packetsReceived: integer('Received'),
    packetsSent: integer('Sent'),
    outstandingRequests: integer('Outstanding'),
    latencyMs: {
      min: answer.decimal('latency', latencyMin),
      avg: answer.decimal('latency', latencyAvg),
      max: answer.decimal('latency', latencyMax),
    },
    ...(sizes && {
      proposalSizes: {
        last: answer.integer('proposal size', sizes[0]),
        min: answer.integer('proposal size', sizes[1]),
        max: answer.integer('proposal size', sizes[2]),
      },
    }),
  };
}

/** Parses `stat`: `srvr` with the connections between its lines. */
export function parseStat(answer: Answer): ServerStatusWithConnections {
  const status = parseSrvr(answer);
  const start = answer.lines.indexOf('Clients:');
  if (start < 0) return answer.malformed('it has no clients');
  const end = answer.lines.indexOf('', start);
  const lines = answer.lines.slice(start + 1, end < 0 ? undefined : end);
  return { ...status, connections: parseConnectionLines(answer, lines) };
}

/** Parses `3.8.4-9316c2a…, built on 2024-02-12 22:16 UTC`; the version itself may hold hyphens (3.5.4-beta, 3.6.4-). */
export function parseVersion(text: string): Pick<ServerStatus, 'zookeeperVersion' | 'revision' | 'builtOn'> {
  const [, version, revision, builtOn] =
    /^(.*?)(?:-+([0-9a-f]{7,40}))?(?:, built on (.*))?$/.exec(text) ?? [];
  return {
    zookeeperVersion: version ?? text,
    ...(revision && { revision }),
    ...(builtOn && { builtOn }),
  };
}

/** What `mntr`, or the AdminServer's `monitor`, whose names lack `zk_`, tells of it. */
export function statusOfMetrics(metrics: Record<string, unknown>): ServerStatus {
  const read = (name: string) => metrics[`zk_${name}`] ?? metrics[name];
  const integer = (name: string) => integerOf(read(name));
  const latency = ['min', 'avg', 'max'].map((name) => Number(read(`${name}_latency`) ?? Number.NaN));
  return present({
    ...parseVersion(String(read('version') ?? '')),
    mode: String(read('server_state') ?? 'serving'),
    znodeCount: integer('znode_count'),
    connectionCount: integer('num_alive_connections'),
    packetsReceived: integer('packets_received'),
    packetsSent: integer('packets_sent'),
    outstandingRequests: integer('outstanding_requests'),
    latencyMs: latencyOf(latency),
  });
}

/** The way back: a server's state under the names of `mntr`. */
export function metricsOfStatus(status: ServerStatus): Record<string, Integer | string> {
  const { builtOn, latencyMs, revision, zookeeperVersion } = status;
  const version = [zookeeperVersion, revision].filter(Boolean).join('-');
  return present({
    zk_avg_latency: latencyMs?.avg,
    zk_max_latency: latencyMs?.max,
    zk_min_latency: latencyMs?.min,
    zk_num_alive_connections: status.connectionCount,
    zk_outstanding_requests: status.outstandingRequests,
    zk_packets_received: status.packetsReceived,
    zk_packets_sent: status.packetsSent,
    zk_server_state: status.mode,
    zk_version: version && (builtOn ? `${version}, built on ${builtOn}` : version),
    zk_znode_count: status.znodeCount,
  }) as Record<string, Integer | string>;
}

/** Numbers of a server's own JSON; anything else is as if it were absent. */
export function integerOf(value: unknown): Integer | undefined {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))
    ? value
    : undefined;
}

export function latencyOf([min = Number.NaN, avg = Number.NaN, max = Number.NaN]: number[]) {
  return [min, avg, max].every(Number.isFinite) ? { min, avg, max } : undefined;
}

/** Without what is undefined, or an empty text. */
export function present<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]: Exclude<Fields[Name], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(entries) as ReturnType<typeof present<Fields>>;
}
