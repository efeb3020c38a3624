import assert from 'node:assert/strict';
import { readManifest } from '../../src/base/manifest.js';
import type { TestCluster } from './cluster.js';
import { runKctl } from './kctl.js';

/** What a cluster with a dead broker 3 holds: a topic of which partition 0 was there alone, one that was also elsewhere, a group. */
export interface Degraded {
  cluster: TestCluster;
  /** Partition 0 on broker 3 alone, 1 on broker 1. */
  lonely: string;
  /** Both partitions on brokers 1 and 3. */
  shared: string;
  /** Has committed offsets of both partitions of the lonely topic. */
  group: string;
}

type Reading = [words: string[], code: number, says: RegExp];

/** Commands that change something, though they need not say --dry-run, or that ask nothing of this cluster. */
const others = [
  'console-producer',
  'context:show',
  'context:test',
  'perf:consume',
  'perf:latency',
  'perf:produce',
  'perf:suite',
  'reassign:adopt',
  'reassign:apply',
  'reassign:cancel',
  'reassign:import',
  'reassign:resume',
  'reassign:throttle',
  'reassign:watch',
  'tokens:create',
  'tokens:expire',
  'tokens:renew',
  'topics:advise',
];

/**
 * Every command that reads: what it exits with, and what it must say. 1 stands only where a fact that was asked for
 * is missing, 5 where a check does not hold.
 */
function readings({ cluster, lonely, shared, group }: Degraded): Reading[] {
  const inKraft = cluster.zookeeperConnect === null;
  const leaderless = new RegExp(`${lonely}-0\\b[^]*(LEADER_NOT_AVAILABLE|leader)`);
  return [
    [['acls', 'list'], 1, /keep no ACLs/],
    [['acls', 'what-can', 'User:alice'], 1, /keep no ACLs/],
    [['acls', 'who-can', 'read', `topic:${lonely}`], 1, /keep no ACLs/],
    [['brokers', 'api-versions'], 0, /Metadata/],
    [['brokers', 'api-versions', '3'], 3, /broker 3/],
    [['brokers', 'can-stop', '1'], 5, new RegExp(`${lonely}-1`)],
    [['brokers', 'describe', '1'], 0, /alive/],
    [['brokers', 'list'], 0, /3 +away/],
    [['brokers', 'log-dirs'], 0, /broker-1/],
    [['cluster', 'check'], 5, new RegExp(`offline +${lonely}-0 .*Start broker 3`)],
    [['cluster', 'describe'], 0, inKraft ? /KRaft/ : /ZooKeeper/],
    [['cluster', 'features'], 0, /./],
    [['cluster', 'quorum'], inKraft ? 0 : 1, inKraft ? /leader/i : /UNSUPPORTED_VERSION|ZooKeeper/],
    [['cluster', 'wait', '--brokers', '2'], 0, /./],
    [['configs', 'describe', '--topic', lonely, '--broker', '*'], 0, /broker\.id|node\.id/],
    [['consume', lonely, '--from-beginning', '--exit-at-end', '--delivery-timeout', '3s'], 1, leaderless],
    [['consume', lonely, '--partition', '1', '--from-beginning', '--exit-at-end'], 0, /./],
    [['doctor'], 3, /nothing listens there/],
    [['groups', 'describe', group], 1, leaderless],
    [['groups', 'export', group], 0, new RegExp(lonely)],
    [['groups', 'lag', group], 1, leaderless],
    [['groups', 'list'], 0, new RegExp(group)],
    [['groups', 'peek', group, lonely], 1, leaderless],
    [['leaders', 'elect', lonely, '--dry-run'], 1, /PREFERRED_LEADER_NOT_AVAILABLE/],
    [['producers', 'describe', lonely], 1, leaderless],
    [['quotas', 'list'], 0, /./],
    [['reassign', 'export', 'none.json'], 4, /none\.json/],
    [['reassign', 'plan', '--topics', shared, '--replication-factor', '1'], 1, /sizes of some/],
    [['reassign', 'plan', '--topics', shared, '--replication-factor', '1', '--by', 'count'], 0, /./],
    [['reassign', 'snapshot'], 0, /3 \(away\)/],
    [['reassign', 'status'], 0, /./],
    [['throttle', 'list'], 0, /(?:)/],
    [['tokens', 'describe'], 1, /Delegation tokens/],
    [['topics', 'describe', '--offline'], 0, /none/],
    [['topics', 'list', '--under-replicated'], 0, new RegExp(shared)],
    [['topics', 'offsets', lonely], 1, new RegExp(`${lonely}-0: .*LEADER_NOT_AVAILABLE`)],
    [['topics', 'size', shared], 1, /broker 3/],
    [['transactions', 'describe'], 0, /(?:)/],
    [['transactions', 'find-hanging', lonely], 1, leaderless],
    [['transactions', 'list'], 0, /./],
    [['users', 'list'], 0, /./],
    [['wire', 'Metadata', '--body', '{"topics": null}'], 1, /LEADER_NOT_AVAILABLE/],
    ...(inKraft ? [] : [[['zk', 'kafka', 'check'], 0, /2 brokers/] as Reading]),
  ];
}

/** Runs every command that reads, and holds it to its time, its exit code and what it marks. */
export async function holdReadings(degraded: Degraded): Promise<void> {
  const { cluster } = degraded;
  const rows = readings(degraded);
  const inKraft = cluster.zookeeperConnect === null;
  const known = new Set([...others, ...rows.map(([words]) => idOf(words))]);
  const missing = readManifest()
    .filter(({ flags }) => 'bootstrap-server' in flags && !('dry-run' in flags))
    .map(({ id }) => id)
    .filter((id) => !known.has(id) && !(inKraft && id.startsWith('zk:')));
  assert.deepEqual(missing, [], 'a command that reads is not tried on a degraded cluster');
  const wrong: string[] = [];
  for (const [words, code, says] of rows) {
    const startMs = performance.now();
    const run = await runKctl(words, { env: cluster.env, timeoutMs: 60_000 });
    const tookMs = performance.now() - startMs;
    const shown = `${words.join(' ')}: ${run.code} after ${Math.round(tookMs)} ms\n${run.stdout}${run.stderr}`;
    if (tookMs > 10_000) wrong.push(`too slow: ${shown}`);
    if (run.code !== code) wrong.push(`not ${code}: ${shown}`);
    else if (!says.test(run.stdout + run.stderr)) wrong.push(`does not say ${says}: ${shown}`);
  }
  assert.equal(wrong.length, 0, wrong.join('\n\n'));
}

const names: Record<string, string> = { consume: 'console-consumer' };

function idOf(words: string[]): string {
  const ids = readManifest().map(({ id }) => id);
  for (let length = 3; length > 0; length--) {
    const id = words.slice(0, length).join(':');
    if (ids.includes(names[id] ?? id)) return names[id] ?? id;
  }
  throw new Error(`there is no command ${words.join(' ')}`);
}

/** Makes the two topics and the group, and waits for nothing. */
export async function prepareDegraded({ cluster, lonely, shared, group }: Degraded): Promise<void> {
  const steps: Array<[words: string[], input?: string]> = [
    [['topics', 'create', lonely, '--replica-assignment', '3,1']],
    [['topics', 'create', shared, '--replica-assignment', '3:1,1:3']],
    [['produce', lonely, '--partition', '0'], 'a\n'],
    [['produce', lonely, '--partition', '1'], 'b\n'],
    [['consume', lonely, '--group', group, '--from-beginning', '--exit-at-end']],
  ];
  for (const [words, input] of steps) {
    const { code, stderr } = await runKctl(words, { env: cluster.env, ...(input ? { input } : {}) });
    assert.equal(code, 0, stderr);
  }
}
