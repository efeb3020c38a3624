import type { Member } from '../zk/members.js';
import { wayInWords } from '../zk/ways.js';
import type { Finding, ServerReport, Severity, Thresholds } from './types.js';

/** Settings that members of one ensemble should have alike. */
const commonSettings = [
  'tickTime',
  'initLimit',
  'syncLimit',
  'maxClientCnxns',
  'minSessionTimeout',
  'maxSessionTimeout',
];

export interface Quorum {
  /** Servers that vote, by what they and the member lists say. */
  voters: number;
  majority: number;
  /** Voters that are up and part of a quorum. */
  serving: number;
  leader: ServerReport | undefined;
}

/** Pure: who votes, and how many of them serve. */
export function quorumOf(servers: ServerReport[]): Quorum {
  const members = longest(servers.map((report) => report.members ?? []));
  const listed = members.filter(({ role }) => role === 'participant').length;
  const voting = servers.filter((report) => !isObserver(report, members));
  const voters = Math.max(listed, listed > 0 ? 0 : voting.length);
  const serving = voting.filter(({ state }) => isServing(state)).length;
  return {
    voters,
    majority: Math.floor(voters / 2) + 1,
    serving: Math.min(serving, voters),
    leader: servers.find(({ state }) => state === 'leader' || state === 'standalone'),
  };
}

/** Pure: everything that is wrong, or soon may be; failures first. */
export function assess(servers: ServerReport[], thresholds: Thresholds): Finding[] {
  const quorum = quorumOf(servers);
  const findings = [
    ...assessQuorum(servers, quorum),
    ...servers.flatMap((report) => assessServer(report, thresholds)),
    ...assessSync(servers, quorum, thresholds),
    ...assessSkew(servers),
    ...assessShape(servers, quorum),
  ];
  return findings.sort((a, b) => rank(a.severity) - rank(b.severity));
}

function rank(severity: Severity): number {
  return severity === 'failure' ? 0 : 1;
}

function assessQuorum(servers: ServerReport[], { leader, majority, serving, voters }: Quorum): Finding[] {
  const leaders = servers.filter(({ state }) => state === 'leader');
  const unclear = servers.some(({ state }) => state === 'serving');
  if (leaders.length > 1) {
    return [
      failure(
        'SEVERAL_LEADERS',
        `${leaders.length} servers say that they lead: ${leaders.map(({ server }) => server).join(', ')}`,
        'They may be of several ensembles: compare their member lists with zk config.',
      ),
    ];
  }
  if (serving < majority) {
    return [
      failure(
        'QUORUM_LOST',
        `${serving} of ${voters} voting servers serve, and ${majority} are needed`,
        'Nothing can be written until a majority of the servers run and reach each other.',
      ),
    ];
  }
  if (!leader && !unclear)
    return [
      failure('NO_LEADER', 'no server leads', 'An election may be under way: look again in some seconds.'),
    ];
  return [];
}

function assessServer(report: ServerReport, limits: Thresholds): Finding[] {
  const {
    busiestClient,
    error,
    latencyMs,
    maxOpenFiles,
    openFiles,
    outstandingRequests,
    refusedWords,
    server,
    settings,
    state,
    via,
  } = report;
  if (error) return [unreachable(server, error)];
  const found: Finding[] = [];
  const add = (severity: Severity, code: string, message: string, hint?: string) =>
    found.push({ severity, code, server, message, ...(hint && { hint }) });
  if (state === 'not-serving')
    add(
      'failure',
      'NOT_SERVING',
      'runs and serves nobody: it is in no quorum',
      'Look in its log at the election, and whether it reaches the other servers.',
    );
  if (state === 'read-only') add('failure', 'READ_ONLY', 'serves only reads: it is cut off from its quorum');
  if (refusedWords.length > 0) {
    add(
      'warning',
      'WORDS_REFUSED',
      `refuses ${refusedWords.join(', ')}; its state is known by ${wayInWords[via ?? 'ping']}`,
      `Put into its zoo.cfg: 4lw.commands.whitelist=srvr,${refusedWords.filter((word) => word !== 'srvr').join(',')}`.replace(
        /,$/,
        '',
      ),
    );
  }
  if (latencyMs && latencyMs.avg > limits.avgLatencyMs)
    add(
      'warning',
      'LATENCY',
      `takes ${latencyMs.avg} ms on average for a request`,
      'Look at its disk (fsync), its garbage collection, and its load.',
    );
  if (latencyMs && latencyMs.max > limits.maxLatencyMs)
    add(
      'warning',
      'LATENCY_MAX',
      `took up to ${latencyMs.max} ms for a request`,
      'It stood still at some time since its counters were reset (zk srst --yes resets them).',
    );
  if ((outstandingRequests ?? 0) > limits.outstandingRequests)
    add('warning', 'OUTSTANDING_REQUESTS', `has ${outstandingRequests} requests waiting`);
  const maxClientCnxns = Number(settings?.maxClientCnxns ?? 0);
  if (
    busiestClient &&
    maxClientCnxns > 0 &&
    busiestClient.connections >= maxClientCnxns * limits.connections
  ) {
    const isFull = busiestClient.connections >= maxClientCnxns;
    add(
      isFull ? 'failure' : 'warning',
      'CONNECTIONS',
      `has ${busiestClient.connections} connections of ${busiestClient.host}, and takes ${maxClientCnxns} of one address (maxClientCnxns)`,
      'zk cons shows whose they are.',
    );
  }
  if (openFiles !== undefined && maxOpenFiles && openFiles >= maxOpenFiles * limits.openFiles) {
    add(
      openFiles >= maxOpenFiles * 0.95 ? 'failure' : 'warning',
      'OPEN_FILES',
      `has ${openFiles} of ${maxOpenFiles} files open`,
      'Raise the limit (ulimit -n) of its process.',
    );
  }
  const bytes = (report.dataDirBytes ?? 0) + (report.logDirBytes ?? 0);
  if (bytes > limits.logDirBytes)
    add(
      'warning',
      'DISK_USAGE',
      `keeps ${Math.round(bytes / 1024 ** 2)} MiB of snapshots and logs`,
      'autopurge.purgeInterval and autopurge.snapRetainCount clean up.',
    );
  return found;
}

function unreachable(server: string, { code, message }: { code: string; message: string }): Finding {
  const finding = (name: string, text: string, hint: string): Finding => ({
    ...failure(name, text, hint),
    server,
  });
  switch (code) {
    case 'ETIMEDOUT':
      return finding(
        'SERVER_SILENT',
        `does not answer: ${message}`,
        'Its process may be stopped, its disk may hang, or a firewall drops what is sent.',
      );
    case 'NOT_ZOOKEEPER':
      return finding(
        'CONNECTION_REFUSED',
        'takes a connection and closes it without an answer',
        'Its table of connections may be full (maxClientCnxns, maxCnxns), or it is no ZooKeeper.',
      );
    default:
      return finding('SERVER_DOWN', message, 'Is it running? Its log tells why not.');
  }
}

function assessSync(servers: ServerReport[], { leader, voters }: Quorum, { zxidLag }: Thresholds): Finding[] {
  const found: Finding[] = [];
  const synced = leader?.syncedFollowers;
  if (leader && synced !== undefined && synced < voters - 1) {
    found.push({
      ...failure('FOLLOWERS_OUT_OF_SYNC', `has ${synced} followers in sync, of ${voters - 1}`),
      server: leader.server,
    });
  }
  const serving = servers.filter(({ epoch, state }) => epoch !== undefined && isServing(state));
  if (leader?.zxid === undefined) return found;
  const leading = BigInt(leader.zxid);
  for (const { epoch, server, zxid } of serving) {
    const seen = BigInt(zxid ?? leader.zxid);
    // After an election the others show the old epoch until the first transaction of the new one.
    if (epoch !== leader.epoch && BigInt.asUintN(32, leading) > BigInt(zxidLag)) {
      found.push({
        ...failure('EPOCH_SKEW', `is in epoch ${epoch}, and the leader in ${leader.epoch}`),
        server,
      });
    } else if (epoch === leader.epoch && leading - seen > BigInt(zxidLag)) {
      const message = `is ${leading - seen} transactions behind the leader`;
      found.push({ severity: 'warning', code: 'ZXID_LAG', server, message });
    }
  }
  return found;
}

function assessSkew(servers: ServerReport[]): Finding[] {
  const found: Finding[] = [];
  const versions = valuesOf(servers, ({ zookeeperVersion }) => zookeeperVersion);
  if (versions.size > 1)
    found.push({
      severity: 'warning',
      code: 'VERSION_SKEW',
      message: `versions differ: ${inWords(versions)}`,
    });
  for (const name of commonSettings) {
    const values = valuesOf(servers, ({ settings }) => settings?.[name]?.toString());
    if (values.size > 1)
      found.push({
        severity: 'warning',
        code: 'CONFIG_SKEW',
        message: `${name} differs: ${inWords(values)}`,
      });
  }
  const lists = valuesOf(servers, ({ members }) => members && memberKey(members));
  if (lists.size > 1) {
    found.push(
      failure(
        'MEMBERS_DIFFER',
        `member lists differ: ${inWords(lists)}`,
        'Every server must have the same server.N lines, or the same dynamic configuration.',
      ),
    );
  }
  return found;
}

function assessShape(servers: ServerReport[], { voters }: Quorum): Finding[] {
  const found: Finding[] = [];
  const warn = (code: string, message: string, hint?: string) =>
    found.push({ severity: 'warning', code, message, ...(hint && { hint }) });
  const members = longest(servers.map((report) => report.members ?? []));
  if (servers.some(({ state }) => state === 'standalone')) {
    warn('STANDALONE', 'a single server: when it stops, nothing is left');
  } else if (voters > 0 && voters % 2 === 0) {
    warn('EVEN_VOTERS', `${voters} voting servers survive no more failures than ${voters - 1}`);
  }
  const unseen = members.length - servers.length;
  if (unseen > 0)
    warn(
      'MEMBERS_UNSEEN',
      `${unseen} of ${members.length} members were not asked: where clients reach them is not known`,
      'Name them all by --zookeeper.',
    );
  const hosts = members.length > 1 ? members.map(({ host }) => host) : servers.map(({ host }) => host);
  for (const [host, count] of countOf(hosts)) {
    if (count > 1) warn('SAME_HOST', `${count} servers are on ${host}, and go down with it`);
  }
  return found;
}

/** Kafka brokers beside ZooKeeper compete for its disk and its memory. */
export function assessBrokers(servers: ServerReport[], brokerHosts: string[]): Finding[] {
  const hosts = new Set(servers.map(({ host }) => host));
  const shared = [...new Set(brokerHosts)].filter((host) => hosts.has(host));
  return shared.map((host) => ({
    severity: 'warning',
    code: 'KAFKA_ON_HOST',
    message: `a Kafka broker runs on ${host} beside ZooKeeper`,
    hint: 'They compete for the disk, on whose fsync ZooKeeper waits.',
  }));
}

function isServing(state: ServerReport['state']): boolean {
  return state !== undefined && state !== 'not-serving' && state !== 'read-only';
}

function isObserver(report: ServerReport, members: Member[]): boolean {
  if (report.state === 'observer') return true;
  return members.some(({ id, role }) => id === report.id && role === 'observer');
}

function memberKey(members: Member[]): string {
  return members
    .map(({ addresses, id, role }) => `${id}=${addresses}${role === 'observer' ? ' (observer)' : ''}`)
    .sort()
    .join(' ');
}

function valuesOf(
  servers: ServerReport[],
  read: (report: ServerReport) => string | undefined,
): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const report of servers) {
    const value = read(report);
    if (value !== undefined) values.set(value, [...(values.get(value) ?? []), report.server]);
  }
  return values;
}

function inWords(values: Map<string, string[]>): string {
  return [...values].map(([value, servers]) => `${value} (${servers.join(', ')})`).join(', ');
}

function countOf(texts: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

function longest<Item>(lists: Item[][]): Item[] {
  return lists.reduce((best, list) => (list.length > best.length ? list : best), []);
}

function failure(code: string, message: string, hint?: string): Finding {
  return { severity: 'failure', code, message, ...(hint && { hint }) };
}
