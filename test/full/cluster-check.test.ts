import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { installKafka } from '../../src/cluster/local/engine.js';
import { findJava } from '../../src/cluster/local/java.js';
import { startCluster, type TestCluster } from '../support/cluster.js';
import { eventually, randomName, runKctl, startKctl } from '../support/kctl.js';
import { assertDocument, type JsonDocument } from '../support/schemas.js';
import { propertiesOf } from '../support/secure-broker.js';
import { sessionOf } from '../support/session.js';
import { makeTopic, produce } from '../support/topics.js';
import { freePort } from '../support/zookeeper.js';

/** What `cluster check` finds, as `check subject`; its exit code is held to it. */
async function findingsOf({ env }: TestCluster): Promise<string[]> {
  const { code, stdout, stderr } = await runKctl(['cluster', 'check', '-o', 'json'], { env });
  assert.ok(stdout !== '', stderr);
  const { items } = assertDocument(stdout, 'ClusterCheck');
  assert.equal(code, items.length > 0 ? 5 : 0, stderr);
  for (const { todo } of items) assert.match(todo, /\w+ .*\.$|^Run: kctl /);
  return items.map(({ check, subject }: JsonDocument) => `${check} ${subject}`).sort();
}

async function local(cluster: TestCluster, ...words: string[]): Promise<void> {
  const { code, stderr } = await runKctl(['local', ...words, '--name', cluster.name], { timeoutMs: 120_000 });
  assert.equal(code, 0, stderr);
}

describe('what cluster check finds of three brokers with ZooKeeper', () => {
  let cluster: TestCluster;
  before(async () => {
    cluster = await startCluster(['--brokers', '3', '--config', 'auto.leader.rebalance.enable=false']);
  });
  const { apache, done, kctl } = sessionOf(() => cluster);

  test('nothing where all is well', async () => {
    assert.deepEqual(await findingsOf(cluster), []);
  });

  test('a reassignment that stands still, and then the throttles that it left', async () => {
    const topic = await makeTopic(cluster, 1, ['--replica-assignment', '1']);
    await produce(cluster, topic, `${'x'.repeat(1000)}\n`.repeat(20_000));
    const keys = ['leader.replication.throttled.replicas=*', 'follower.replication.throttled.replicas=*'];
    await done('configs', 'set', '--topic', topic, ...keys);
    const rates = ['leader.replication.throttled.rate=1', 'follower.replication.throttled.rate=1'];
    await done('configs', 'set', '--broker-defaults', ...rates);
    const reassign = (replicas: number[] | null) => {
      const topics = [{ name: topic, partitions: [{ partitionIndex: 0, replicas }] }];
      const body = JSON.stringify({ timeoutMs: 10_000, topics });
      return kctl('wire', 'AlterPartitionReassignments', '--body', body, '--yes');
    };
    const started = await reassign([2]);
    assert.equal(started.code, 0, started.stderr);
    await eventually('a copy that stands still', async () =>
      (await findingsOf(cluster)).includes(`reassignment-stands ${topic}-0`),
    );
    const cancelled = await reassign(null);
    assert.equal(cancelled.code, 0, cancelled.stderr);
    await eventually('no reassignment', async () => {
      const text = await apache('reassign', '--list');
      return !text.includes(topic);
    });
    const keyNames = [...keys, ...rates].map((word) => word.replace(/=.*/, ''));
    const places = ['topic', 'topic', 'all', 'all'];
    const left = keyNames.map((key, index) =>
      places[index] === 'topic'
        ? `throttle-left ${key} of topic ${topic}`
        : `throttle-left ${key} of all brokers`,
    );
    assert.deepEqual(await findingsOf(cluster), left.sort());
    await done('configs', 'unset', '--topic', topic, ...keyNames.slice(0, 2));
    await done('configs', 'unset', '--broker-defaults', ...keyNames.slice(2));
    await done('topics', 'delete', topic, '--yes');
    assert.deepEqual(await findingsOf(cluster), []);
  });

  test('a broker can be stopped once the others are in sync, which --wait waits for', async () => {
    const size = ['--replica-assignment', '1:2:3', '--config', 'min.insync.replicas=2'];
    const topic = await makeTopic(cluster, 1, size);
    const asked = ['brokers', 'can-stop', '2'];
    assert.equal((await done(...asked)).canStop, true);
    assert.equal((await kctl(...asked, '--margin', '1')).code, 5);
    await local(cluster, 'stop', 'broker', '1');
    await eventually('an obstacle', async () => (await kctl(...asked)).code === 5);
    const late = await kctl(...asked, '--wait', '--timeout', '2s');
    assert.deepEqual([late.code, late.stdout.includes(`${topic}-0`)], [5, true]);
    const words = [...asked, '--wait', '--timeout', '60s', '-o', 'json'];
    const waiting = startKctl(words, { env: cluster.env, timeoutMs: 90_000 });
    await local(cluster, 'start', 'broker', '1');
    const { code, stdout, stderr } = await waiting.finished;
    assert.equal(code, 0, stderr);
    assert.equal(assertDocument(stdout, 'StopCheck').canStop, true);
    await done('topics', 'delete', topic, '--yes');
  });

  test('partitions are as TopicCommand filters them while a broker is away, and leaders elsewhere once it is back', async () => {
    const minIsr = (count: number) => ['--config', `min.insync.replicas=${count}`];
    const alone = await makeTopic(cluster, 1, ['--replica-assignment', '1']);
    const under = await makeTopic(cluster, 1, ['--replica-assignment', '1:2', ...minIsr(2)]);
    const at = await makeTopic(cluster, 1, ['--replica-assignment', '1:2:3', ...minIsr(2)]);
    const fewer = await makeTopic(cluster, 1, ['--replica-assignment', '1:2:3', ...minIsr(1)]);
    const narrow = await makeTopic(cluster, 1, ['--replica-assignment', '2', ...minIsr(2)]);
    await local(cluster, 'stop', 'broker', '1');
    const own = (names: string[]) => names.filter((name) => !name.includes('__'));
    const expected = [
      `at-min-isr ${at}-0`,
      `factor-below-min-isr topic ${narrow}`,
      `offline ${alone}-0`,
      `under-min-isr ${narrow}-0`,
      `under-min-isr ${under}-0`,
      `under-replicated ${fewer}-0`,
    ].sort();
    await eventually(
      'what a broker that is away makes of them',
      async () => own(await findingsOf(cluster)).join() === expected.join(),
    );
    const { stdout } = await kctl('cluster', 'check');
    assert.match(stdout, new RegExp(`offline +${alone}-0 .*Start broker 1\\.`));
    const filters: Array<[filter: string, checks: string[]]> = [
      ['--unavailable-partitions', ['offline']],
      ['--under-min-isr-partitions', ['offline', 'under-min-isr']],
      // It compares the last ISR, whoever leads.
      ['--at-min-isr-partitions', ['at-min-isr', 'offline']],
      ['--under-replicated-partitions', ['at-min-isr', 'under-min-isr', 'under-replicated']],
    ];
    for (const [filter, checks] of filters) {
      const text = await apache('topics', '--describe', '--exclude-internal', filter);
      const theirs = [...text.matchAll(/Topic: (\S+)\s+Partition: (\d+)/g)].map(([, t, p]) => `${t}-${p}`);
      const ours = expected
        .filter((finding) => checks.includes(finding.split(' ')[0] ?? ''))
        .map((finding) => finding.split(' ')[1])
        // One replica where two are asked for is under min ISR; it lacks none of its own.
        .filter((name) => filter !== '--under-replicated-partitions' || name !== `${narrow}-0`);
      assert.deepEqual(theirs.sort(), ours.sort(), filter);
    }
    await local(cluster, 'start', 'broker', '1');
    await done('topics', 'delete', narrow, '--yes');
    await done('cluster', 'wait', '--brokers', '3', '--no-under-replicated', '--timeout', '60s');
    assert.deepEqual(await findingsOf(cluster), ['leaders-elsewhere broker 1']);
    const { code } = await kctl('cluster', 'check', '--max-imbalance', '100');
    assert.equal(code, 0, 'a limit that all are within');
    await done('leaders', 'elect', '--all');
    assert.deepEqual(await findingsOf(cluster), []);
  });
});

describe('what cluster check finds of brokers of two releases', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kctl-releases-'));
  let older: ChildProcess | undefined;
  after(() => {
    older?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  test('an upgrade that is under way is named, with the release of each', async () => {
    const cluster = await startCluster(['--config', 'inter.broker.protocol.version=2.8']);
    assert.deepEqual(await findingsOf(cluster), []);
    older = await joinOlderBroker(cluster, folder);
    await eventually(
      'a broker of an older release',
      // One that is only starting answers late, which makes the check fail.
      async () => (await findingsOf(cluster).catch(() => [])).join() === 'mixed-releases brokers',
      60_000,
    );
    const { stdout } = await runKctl(['cluster', 'check'], { env: cluster.env });
    assert.match(stdout, /broker 1 is 3\.9.*, broker 9 is 2\.8/);
  });
});

/** A cluster of `kctl local` is of one release: the other broker is started by hand, as `kafka-server-start.sh` does. */
async function joinOlderBroker({ zookeeperConnect }: TestCluster, folder: string): Promise<ChildProcess> {
  const [{ jars }, java] = await Promise.all([installKafka('2.8.2'), findJava()]);
  const config = join(folder, `${randomName('server')}.properties`);
  writeFileSync(
    config,
    propertiesOf({
      'broker.id': '9',
      'zookeeper.connect': zookeeperConnect ?? '',
      listeners: `PLAINTEXT://127.0.0.1:${await freePort()}`,
      'log.dirs': join(folder, 'data'),
    }),
  );
  const words = ['-Xmx256m', '-cp', jars.join(delimiter), 'kafka.Kafka', config];
  return spawn(java.path, words, { stdio: 'ignore' });
}
