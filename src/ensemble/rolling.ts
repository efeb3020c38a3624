import { Deadline, pause } from '../base/deadline.js';
import type { ResultDocument } from '../base/result.js';
import type { ZookeeperAccess } from '../cluster/zookeeper/access.js';
import { parseConnectString } from '../cluster/zookeeper/connect-string.js';
import { type HealthOptions, judgeRestart, probeEnsemble } from './health.js';
import { lookAt, Words } from './probe.js';
import type { RestartVerdict, ServerReport } from './types.js';

export interface RollingPlan extends ResultDocument {
  /** Which server may be restarted now; null when none may. */
  next: string | null;
  /** In the order in which they should be restarted: the leader last. */
  servers: RestartVerdict[];
}

/** Which servers may be restarted, and in which order. */
export async function planRollingRestart(
  access: ZookeeperAccess,
  options: HealthOptions,
): Promise<RollingPlan> {
  const servers = await probeEnsemble(access, options);
  const ordered = [...servers].sort((a, b) => Number(a.state === 'leader') - Number(b.state === 'leader'));
  const verdicts = ordered.map((server) => judgeRestart(server, servers, options.thresholds));
  const next = verdicts.find(({ safe }) => safe)?.server ?? null;
  return { kind: 'RollingPlan', version: 1, next, servers: verdicts };
}

export interface RollingStep {
  kind: 'RollingStep';
  version: 1;
  /** `next`: it may be restarted now; `restarted`: it was seen away and back; `done`: all were. */
  step: 'next' | 'waiting' | 'restarted' | 'done';
  server: string | null;
  message: string;
}

/**
 * Guides a rolling restart: names one server after another, the leader last, and goes on when that one has been
 * away (its counters are younger) and the ensemble is sound again. It restarts nothing itself.
 * @throws usageError never; ends quietly when the signal is given
 */
export async function guideRollingRestart(
  access: ZookeeperAccess,
  options: HealthOptions & { signal: AbortSignal; write(step: RollingStep): Promise<void> },
): Promise<boolean> {
  const { signal, write } = options;
  const done = new Set<string>();
  const step = (name: RollingStep['step'], server: string | null, message: string) =>
    write({ kind: 'RollingStep', version: 1, step: name, server, message });
  let said = '';
  const wait = async (message: string) => {
    if (message !== said) await step('waiting', null, message);
    said = message;
    await pause(1000, signal);
  };
  for (;;) {
    const servers = await probeEnsemble(access, options);
    if (signal.aborted) return false;
    const left = servers.filter(({ server }) => !done.has(server));
    const target = left.find(({ state }) => state !== 'leader') ?? left[0];
    if (!target) {
      await step('done', null, 'every server has been restarted');
      return true;
    }
    const { reasons, safe } = judgeRestart(target, servers, options.thresholds);
    if (!safe || target.state === undefined) {
      await wait(reasons.join('; '));
      continue;
    }
    await step('next', target.server, `restart ${target.server} now: ${reasons.join('; ')}`);
    if (!(await awaitRestart(access, target, options))) return false;
    done.add(target.server);
    await step('restarted', target.server, `${target.server} is back, ${left.length - 1} to go`);
    said = '';
  }
}

/** Waits until a server was away, or its counters have begun anew, and it serves again. */
async function awaitRestart(
  access: ZookeeperAccess,
  before: ServerReport,
  options: HealthOptions & { signal: AbortSignal },
): Promise<boolean> {
  let wasAway = false;
  while (!options.signal.aborted) {
    await pause(500, options.signal);
    const [address] = parseConnectString(before.server).servers;
    if (!address) return false;
    const deadline = new Deadline(2000);
    const words = new Words(address, { tls: access.tls, deadline, adminPort: options.adminPort });
    const { report: now } = await lookAt(address, words);
    const isUp = now.state !== undefined && now.state !== 'not-serving';
    wasAway ||= !isUp || (now.packetsReceived ?? 0) < (before.packetsReceived ?? 0);
    if (wasAway && isUp) return true;
  }
  return false;
}
