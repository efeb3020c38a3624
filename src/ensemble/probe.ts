import { type Address, formatAddress } from '../base/address.js';
import { KctlError, messageOf } from '../base/errors.js';
import { askFourLetterWord, type FourLetterWord } from '../cluster/zookeeper/four-letter.js';
import { Answer, type Integer } from '../zk/answer.js';
import type { Connection } from '../zk/connections.js';
import { askByAdminServer } from '../zk/detours.js';
import { type Member, membersOf, readDynamicConfig } from '../zk/members.js';
import { present, type ServerStatus, statusOfMetrics } from '../zk/server.js';
import type { Metrics } from '../zk/settings.js';
import { AdminServerOf, pingServer, soon, type WayOptions } from '../zk/ways.js';
import type { ZkWord } from '../zk/word.js';
import * as zk from '../zk/words.js';
import type { ServerReport, ServerState } from './types.js';

export type ProbeOptions = WayOptions;

/** What changes from moment to moment; `report` is all that is known of a server that does not answer. */
export interface Look {
  report: ServerReport;
  connections: Connection[];
}

/** Learns what a server will tell of its state: by mntr and srvr, else by its AdminServer, else by a session. */
export async function lookAt(address: Address, words: Words): Promise<Look> {
  const startedAt = performance.now();
  const report: ServerReport = {
    server: formatAddress(address),
    host: address.host,
    refusedWords: words.refused,
  };
  // srvr is the one word that no default whitelist refuses: what it meets is what the server is like.
  const srvr = await words.ask(zk.srvr).catch((error: unknown) => failureOf(error));
  report.responseMs = Math.round(performance.now() - startedAt);
  if ('error' in srvr && !isAnswer(srvr.error))
    return { report: { ...report, error: srvr.error }, connections: [] };
  // One after another: a table of connections that is nearly full must not be filled by who looks at it.
  const cons = await words.ask(zk.cons).catch(() => undefined);
  const mntr = await words.ask(zk.mntr).catch(() => undefined);
  if (!('error' in srvr)) Object.assign(report, fromStatus(srvr.data), { via: srvr.via });
  else if (srvr.error.code === 'NOT_SERVING') Object.assign(report, { state: 'not-serving', via: 'srvr' });
  if (mntr) Object.assign(report, fromMetrics(mntr.data), { via: mntr.via });
  if (report.state === undefined) Object.assign(report, await byPing(address, words.options));
  const connections = cons?.data.connections ?? [];
  return { report: { ...report, ...busiest(connections) }, connections };
}

/** As `lookAt`, and what the server knows of itself and of its ensemble. */
export async function probeServer(address: Address, options: ProbeOptions): Promise<ServerReport> {
  const words = new Words(address, options);
  const { report } = await lookAt(address, words);
  if (report.error) return report;
  const conf = (await words.ask(zk.conf).catch(() => undefined))?.data;
  const dirs = (await words.ask(zk.dirs).catch(() => undefined))?.data;
  const id = Number(conf?.settings.serverId ?? 0);
  const members = conf && membersOf(conf);
  // A single server has none, and the AdminServer tells nobody's.
  const hasMembers = report.state !== undefined && !['not-serving', 'standalone'].includes(report.state);
  return present({
    ...report,
    settings: conf?.settings,
    id: id > 0 ? id : undefined,
    members: members ?? (hasMembers ? await readMembers(address, options) : undefined),
    dataDirBytes: dirs && Number(dirs.datadirSizeBytes),
    logDirBytes: dirs && Number(dirs.logdirSizeBytes),
  }) as ServerReport;
}

/** The members by /zookeeper/config, where conf does not list them. */
async function readMembers(address: Address, { deadline, tls }: ProbeOptions): Promise<Member[] | undefined> {
  const config = await readDynamicConfig(address, soon(deadline), tls).catch(() => undefined);
  return config && config.members.length > 0 ? config.members : undefined;
}

/** Asks one server words, and its AdminServer what it refuses. */
export class Words {
  readonly refused: string[] = [];
  /** How many were asked: a server counts them among the packets it has received. */
  asked = 0;
  readonly #adminServer: AdminServerOf;

  constructor(
    private readonly address: Address,
    readonly options: ProbeOptions,
  ) {
    this.#adminServer = new AdminServerOf(address, options);
  }

  async ask<Data extends object>(word: ZkWord<Data>): Promise<{ data: Data; via: FourLetterWord | 'admin' }> {
    const { deadline, tls } = this.options;
    this.asked++;
    try {
      const bytes = await askFourLetterWord(this.address, word.name, deadline, { tls });
      const answer = new Answer(bytes.toString(), `${formatAddress(this.address)} to ${word.name}`);
      return { data: word.parse(answer), via: word.name };
    } catch (error) {
      if (!(error instanceof KctlError) || error.code !== 'NOT_IN_WHITELIST') throw error;
      this.refused.push(word.name);
      const data = await askByAdminServer(word, this.#adminServer).catch(() => {
        throw error;
      });
      return { data, via: 'admin' };
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
  const { latencyMs, mode, zookeeperVersion, zxid } = status;
  const number = (value: Integer | undefined) => (value === undefined ? undefined : Number(value));
  return present({
    state: mode as ServerState,
    zookeeperVersion,
    ...(zxid !== undefined && { zxid, epoch: Number(BigInt(zxid) >> 32n) }),
    latencyMs: latencyMs && { avg: latencyMs.avg, max: latencyMs.max },
    outstandingRequests: number(status.outstandingRequests),
    connectionCount: number(status.connectionCount),
    znodeCount: number(status.znodeCount),
    packetsReceived: number(status.packetsReceived),
    packetsSent: number(status.packetsSent),
  }) as Partial<ServerReport>;
}

/** What metrics tell beyond a server's state. */
function fromMetrics({ metrics }: Metrics): Partial<ServerReport> {
  const number = (name: string) => {
    const value = metrics[`zk_${name}`];
    return value === undefined || typeof value === 'string' ? undefined : Number(value);
  };
  return present({
    ...fromStatus(statusOfMetrics(metrics)),
    watchCount: number('watch_count'),
    openFiles: number('open_file_descriptor_count'),
    maxOpenFiles: number('max_file_descriptor_count'),
    syncedFollowers: number('synced_followers'),
  }) as Partial<ServerReport>;
}

/** What is left when every word is refused, and the AdminServer is silent: whether a session is given. */
async function byPing(address: Address, options: ProbeOptions): Promise<Partial<ServerReport>> {
  try {
    const { mode } = await pingServer(address, options);
    return { state: mode, via: 'ping' };
  } catch (error) {
    const code = error instanceof KctlError ? error.code : 'UNEXPECTED';
    // A server without a quorum takes the connection and closes it.
    if (code === 'NOT_ZOOKEEPER') return { state: 'not-serving', via: 'ping' };
    return failureOf(error);
  }
}

/** Pure: the host with the most of these connections. */
export function busiest(connections: Connection[]): Pick<ServerReport, 'busiestClient'> {
  const counts = new Map<string, number>();
  for (const { remoteSocketAddress: address } of connections) {
    const host = address.slice(0, address.lastIndexOf(':'));
    counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  const [first] = [...counts].sort(([, a], [, b]) => b - a);
  return first ? { busiestClient: { host: first[0], connections: first[1] } } : {};
}
