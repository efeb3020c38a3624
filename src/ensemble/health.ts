import { formatAddress } from '../base/address.js';
import { Deadline, defaultTimeoutMs } from '../base/deadline.js';
import { usageError } from '../base/errors.js';
import { itemError, listDocument } from '../base/result.js';
import type { ZookeeperAccess } from '../cluster/zookeeper/access.js';
import { adminPort, askAdminServer } from '../cluster/zookeeper/admin-server.js';
import { parseConnectString } from '../cluster/zookeeper/connect-string.js';
import { joinPath } from '../cluster/zookeeper/paths.js';
import { findServers } from '../zk/members.js';
import { soon } from '../zk/ways.js';
import { Znodes } from '../znodes/client.js';
import { assess, assessBrokers, quorumOf } from './assess.js';
import type { GrowthLog } from './growth.js';
import { probeServer } from './probe.js';
import type {
  AdminAnswer,
  EnsembleHealth,
  Finding,
  RestartVerdict,
  ServerReport,
  Thresholds,
} from './types.js';

export interface HealthOptions {
  timeoutMs?: number | undefined;
  adminPort?: number | undefined;
  thresholds: Thresholds;
  /** Of looks before this one. */
  growth?: GrowthLog;
}

/** Every server that is named or known, as it is now. */
export async function probeEnsemble(
  access: ZookeeperAccess,
  { adminPort: port, timeoutMs = defaultTimeoutMs }: Omit<HealthOptions, 'thresholds' | 'growth'>,
): Promise<ServerReport[]> {
  const given = parseConnectString(access.connectString.value).servers;
  const { tls } = access;
  const servers = await findServers(given, new Deadline(timeoutMs * 0.3), { tls });
  const options = { tls, deadline: new Deadline(timeoutMs * 0.6), adminPort: port };
  return Promise.all(servers.map((server) => probeServer(server, options)));
}

/** One verdict with its reasons. It never throws for what servers do: that is the finding. */
export async function checkHealth(access: ZookeeperAccess, options: HealthOptions): Promise<EnsembleHealth> {
  const servers = await probeEnsemble(access, options);
  const { leader, serving, voters } = quorumOf(servers);
  const brokerHosts = leader ? await readBrokerHosts(access).catch(() => []) : [];
  const { growth, thresholds } = options;
  const findings = [
    ...assess(servers, thresholds),
    ...assessBrokers(servers, brokerHosts),
    ...(growth?.assess(servers, performance.now(), thresholds.growthBytesPerHour) ?? []),
  ];
  const verdict = verdictOf(findings);
  return {
    kind: 'ZookeeperHealth',
    version: 1,
    verdict,
    summary: summaryOf(verdict, findings, `${serving} of ${voters} voters serve`),
    voters,
    serving,
    leader: leader?.server ?? null,
    findings,
    servers,
  };
}

function verdictOf(findings: Finding[]): EnsembleHealth['verdict'] {
  if (findings.some(({ severity }) => severity === 'failure')) return 'failure';
  return findings.length > 0 ? 'warning' : 'ok';
}

const nagiosWords = { ok: 'OK', warning: 'WARNING', failure: 'CRITICAL' };

function summaryOf(verdict: EnsembleHealth['verdict'], findings: Finding[], state: string): string {
  const worst = findings.filter(
    ({ severity }) => severity === (verdict === 'failure' ? 'failure' : 'warning'),
  );
  const texts = worst.map(({ message, server }) => (server ? `${server} ${message}` : message));
  return `ZOOKEEPER ${nagiosWords[verdict]} - ${[state, ...texts].join('; ')}`;
}

/** Where the brokers registered below the chroot are; none where no Kafka is. */
async function readBrokerHosts(access: ZookeeperAccess): Promise<string[]> {
  const znodes = await Znodes.open(access, { timeoutMs: 2000 });
  try {
    const { children } = await znodes.children('/brokers/ids');
    const datas = await Promise.all(children.map((id) => znodes.get(joinPath('/brokers/ids', id))));
    return datas.map(({ data }) =>
      String((JSON.parse(data?.toString() ?? '{}') as { host?: unknown }).host ?? ''),
    );
  } finally {
    await znodes.close();
  }
}

/** Whether the ensemble keeps its quorum when one server stops, and is sound enough now to stop any. */
export async function canRestart(
  access: ZookeeperAccess,
  name: string,
  options: HealthOptions,
): Promise<RestartVerdict> {
  const servers = await probeEnsemble(access, options);
  const target = servers.find(({ id, server }) => server === name || String(id) === name);
  if (!target) {
    const known = servers.map(({ id, server }) => (id === undefined ? server : `${server} (${id})`));
    throw usageError(`${name} is no server of this ensemble`, `It is one of ${known.join(', ')}.`);
  }
  return judgeRestart(target, servers, options.thresholds);
}

/** Pure. */
export function judgeRestart(
  target: ServerReport,
  servers: ServerReport[],
  thresholds: Thresholds,
): RestartVerdict {
  const others = servers.filter((report) => report !== target);
  const { majority, voters } = quorumOf(servers);
  const left = Math.min(quorumOf(others).serving, voters);
  const blocking = assess(servers, thresholds).filter(
    ({ code, severity, server }) =>
      server !== target.server && (severity === 'failure' || code === 'ZXID_LAG') && code !== 'CONNECTIONS',
  );
  const reasons = [
    ...(target.state !== 'observer' && left < majority
      ? [`without it ${left} of ${voters} voting servers serve, and ${majority} are needed`]
      : []),
    ...blocking.map(({ message, server }) => (server ? `${server} ${message}` : message)),
  ];
  return {
    kind: 'ZookeeperRestart',
    version: 1,
    server: target.server,
    safe: reasons.length === 0,
    reasons:
      reasons.length > 0
        ? reasons
        : [
            target.state === 'leader'
              ? 'the others elect a new leader in its place'
              : 'the others keep the quorum',
          ],
    servingWithout: left,
    majority,
  };
}

/** Commands of the AdminServer that change something, under all their names. */
const changingCommands =
  /^(connection_stat_reset|crst|stat_reset|srst|set_trace_mask|stmk|observer_connection_stat_reset|orst|snapshot|snap|restore|rest|shed_connections|shed)$/;

/** What only the AdminServer tells, as it tells it. @throws a usage error for what would change something */
export async function askAdmin(
  access: ZookeeperAccess,
  command: string,
  options: { timeoutMs?: number | undefined; adminPort?: number | undefined; all: boolean },
): Promise<AdminAnswer> {
  if (changingCommands.test(command))
    throw usageError(
      `${command} changes the server`,
      'The words zk crst, zk srst and zk stmk do, and ask first.',
    );
  const deadline = new Deadline(options.timeoutMs ?? defaultTimeoutMs);
  const given = parseConnectString(access.connectString.value).servers;
  const { tls } = access;
  const members = options.all ? await findServers(given, soon(deadline), { tls }) : given;
  const hosts = [...new Set(members.map(({ host }) => host))];
  const servers = hosts.map((host) => ({ host, port: options.adminPort ?? adminPort }));
  const results = await Promise.allSettled(
    servers.map((server) => askAdminServer(server, command, deadline)),
  );
  const items: AdminAnswer['items'] = [];
  const errors = [];
  for (const [index, result] of results.entries()) {
    const server = formatAddress(servers[index] ?? { host: '', port: 0 });
    if (result.status === 'fulfilled') items.push({ server, answer: result.value });
    else errors.push(itemError(server, result.reason));
  }
  return listDocument('ZookeeperAdminAnswer', 1, items, errors);
}
