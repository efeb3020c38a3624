import { type Address, formatAddress } from '../base/address.js';
import { Deadline } from '../base/deadline.js';
import { KctlError, messageOf } from '../base/errors.js';
import type { ZookeeperAccess } from '../cluster/zookeeper/access.js';
import { adminPort, askAdminServer } from '../cluster/zookeeper/admin-server.js';
import { askFourLetterWord, type FourLetterWord } from '../cluster/zookeeper/four-letter.js';
import { ZookeeperSession } from '../cluster/zookeeper/session.js';
import { Answer, readNumber } from '../zk/answer.js';
import { parseCons } from '../zk/connections.js';
import { membersOf, readDynamicConfig } from '../zk/members.js';
import { parseSrvr, type ServerStatus } from '../zk/server.js';
import { parseConf, parseDirs, parseMntr } from '../zk/settings.js';
import type { ServerReport, ServerState, Way } from './types.js';

export interface ProbeOptions {
  tls: ZookeeperAccess['tls'] | undefined;
  deadline: Deadline;
  adminPort?: number | undefined;
}

/** Learns what a server will tell: by mntr and srvr, else by its AdminServer, else by a session. */
export async function probeServer(address: Address, options: ProbeOptions): Promise<ServerReport> {
  const startedAt = performance.now();
  const words = new Words(address, options);
  const report: ServerReport = {
    server: formatAddress(address),
    host: address.host,
    refusedWords: words.refused,
  };
  // srvr is the one word that no default whitelist refuses: what it meets is what the server is like.
  const srvr = await words.ask('srvr', parseSrvr).catch((error: unknown) => failureOf(error));
  report.responseMs = Math.round(performance.now() - startedAt);
  if ('error' in srvr && !isAnswer(srvr.error)) return { ...report, error: srvr.error };
  // One after another: a table of connections that is nearly full must not be filled by who looks at it.
  const connections = await words.ask('cons', parseCons).catch(() => undefined);
  const metrics = await words.ask('mntr', parseMntr).catch(() => undefined);
  const conf = await words.ask('conf', parseConf).catch(() => undefined);
  const dirs = await words.ask('dirs', parseDirs).catch(() => undefined);
  if (!('error' in srvr)) Object.assign(report, fromStatus(srvr), { via: 'srvr' satisfies Way });
  else if (srvr.error.code === 'NOT_SERVING') Object.assign(report, { state: 'not-serving', via: 'srvr' });
  if (metrics) Object.assign(report, fromMetrics(metrics.metrics), { via: 'mntr' satisfies Way });
  if (report.state === undefined) Object.assign(report, await withoutWords(address, options));
  if (conf) {
    const id = Number(conf.settings.serverId ?? 0);
    Object.assign(report, { settings: conf.settings, members: membersOf(conf), ...(id > 0 && { id }) });
  } else if (report.state !== undefined && report.state !== 'not-serving') {
    const config = await readDynamicConfig(address, soon(options.deadline), options.tls).catch(
      () => undefined,
    );
    if (config && config.members.length > 0) report.members = config.members;
  }
  if (connections)
    Object.assign(report, busiest(connections.connections.map((each) => each.remoteSocketAddress)));
  if (dirs) {
    Object.assign(report, {
      dataDirBytes: Number(dirs.datadirSizeBytes),
      logDirBytes: Number(dirs.logdirSizeBytes),
    });
  }
  return report;
}

/** A part of the deadline, for what is only asked where the better ways are closed. */
function soon(deadline: Deadline): Deadline {
  return new Deadline(Math.max(1, deadline.remainingMs() / 2));
}

class Words {
  readonly refused: string[] = [];

  constructor(
    private readonly address: Address,
    private readonly options: ProbeOptions,
  ) {}

  async ask<Data>(word: FourLetterWord, parse: (answer: Answer) => Data): Promise<Data> {
    const { deadline, tls } = this.options;
    try {
      const bytes = await askFourLetterWord(this.address, word, deadline, { tls });
      return parse(new Answer(bytes.toString(), `${formatAddress(this.address)} to ${word}`));
    } catch (error) {
      if (error instanceof KctlError && error.code === 'NOT_IN_WHITELIST') this.refused.push(word);
      throw error;
    }
  }
}

function failureOf(error: unknown): { error: { code: string; message: string } } {
  const code = error instanceof KctlError ? error.code : 'UNEXPECTED';
  return { error: { code, message: messageOf(error) } };
}

/** Whether the server has answered, if only that it will not. */
function isAnswer({ code }: { code: string }): boolean {
  return code === 'NOT_IN_WHITELIST' || code === 'NOT_SERVING';
}

function fromStatus(status: ServerStatus): Partial<ServerReport> {
  return {
    state: status.mode as ServerState,
    zookeeperVersion: status.zookeeperVersion,
    ...fromZxid(status.zxid),
    latencyMs: { avg: status.latencyMs.avg, max: status.latencyMs.max },
    outstandingRequests: Number(status.outstandingRequests),
    connectionCount: Number(status.connectionCount),
    znodeCount: Number(status.znodeCount),
    packetsReceived: Number(status.packetsReceived),
    packetsSent: Number(status.packetsSent),
  };
}

function fromZxid(zxid: string): Partial<ServerReport> {
  return { zxid, epoch: Number(BigInt(zxid) >> 32n) };
}

/** Metrics under mntr's names, or, without `zk_`, the AdminServer's. */
function fromMetrics(metrics: Record<string, unknown>): Partial<ServerReport> {
  const number = (name: string) => {
    const value = readNumber(String(metrics[`zk_${name}`] ?? metrics[name] ?? ''));
    return typeof value === 'string' ? undefined : Number(value);
  };
  const state = metrics.zk_server_state ?? metrics.server_state;
  const version = metrics.zk_version ?? metrics.version;
  const found: Partial<ServerReport> = {
    ...(typeof state === 'string' && { state: (state === 'read-only' ? 'read-only' : state) as ServerState }),
    ...(typeof version === 'string' && {
      zookeeperVersion: /^[\d.]+(-(alpha|beta)\S*?(?=-))?/.exec(version)?.[0] ?? version,
    }),
    latencyMs: { avg: number('avg_latency') ?? 0, max: number('max_latency') ?? 0 },
    outstandingRequests: number('outstanding_requests'),
    connectionCount: number('num_alive_connections'),
    watchCount: number('watch_count'),
    znodeCount: number('znode_count'),
    packetsReceived: number('packets_received'),
    packetsSent: number('packets_sent'),
    openFiles: number('open_file_descriptor_count'),
    maxOpenFiles: number('max_file_descriptor_count'),
    syncedFollowers: number('synced_followers'),
  } as Partial<ServerReport>;
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** What is left when every word is refused: the AdminServer's monitor, else whether a session is given. */
async function withoutWords(address: Address, options: ProbeOptions): Promise<Partial<ServerReport>> {
  const admin = { host: address.host, port: options.adminPort ?? adminPort };
  const monitor = await askAdminServer(admin, 'monitor', soon(options.deadline)).catch(() => undefined);
  // Several servers of one host share no AdminServer's port: whose it is shows in the client port.
  const conf =
    monitor && (await askAdminServer(admin, 'configuration', soon(options.deadline)).catch(() => undefined));
  if (monitor && Number(conf?.client_port) === address.port && monitor.server_state !== undefined) {
    const stats = await askAdminServer(admin, 'stats', soon(options.deadline)).catch(() => undefined);
    const processed = (stats?.server_stats as { last_processed_zxid?: unknown } | undefined)
      ?.last_processed_zxid;
    return {
      ...fromMetrics(monitor),
      ...(typeof processed === 'number' && fromZxid(`0x${processed.toString(16)}`)),
      via: 'admin',
    };
  }
  try {
    const connectString = { servers: [address], chroot: '' };
    const session = await ZookeeperSession.open(connectString, soon(options.deadline), {
      tls: options.tls,
      allowReadOnly: true,
    });
    const { readOnly } = await session.state();
    await session.close();
    return { state: readOnly ? 'read-only' : 'serving', via: 'ping' };
  } catch (error) {
    const code = error instanceof KctlError ? error.code : 'UNEXPECTED';
    // A server without a quorum takes the connection and closes it.
    if (code === 'NOT_ZOOKEEPER') return { state: 'not-serving', via: 'ping' };
    return failureOf(error);
  }
}

/** Pure: the host with the most of these `host:port` addresses. */
export function busiest(addresses: string[]): Pick<ServerReport, 'busiestClient'> {
  const counts = new Map<string, number>();
  for (const address of addresses) {
    const host = address.slice(0, address.lastIndexOf(':'));
    counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  const [first] = [...counts].sort(([, a], [, b]) => b - a);
  return first ? { busiestClient: { host: first[0], connections: first[1] } } : {};
}
