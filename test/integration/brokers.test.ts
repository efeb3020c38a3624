import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { isAtLeast, sharedCluster, sharedClusters, type TestCluster } from '../support/cluster.js';
import { electByBoth } from '../support/leaders.js';
import { runTool } from '../support/oracle/oracle.js';
import { assertDocument, type JsonDocument } from '../support/schemas.js';
import { sessionOf } from '../support/session.js';
import { makeTopic, numbers, produce } from '../support/topics.js';

for (const [mode, shared] of sharedClusters) {
  describe(`brokers and leaders with ${mode}`, () => {
    let cluster: TestCluster;
    before(async () => {
      cluster = await shared();
    });
    const { kctl, done, apache } = sessionOf(() => cluster);

    test("log directories are Apache's", async () => {
      const topic = await makeTopic(cluster, 3);
      await produce(cluster, topic, numbers(1, 1000));
      const text = await apache('logDirs', '--describe', '--topic-list', topic);
      const theirs = JSON.parse(text.split('\n').find((line) => line.startsWith('{')) ?? '{}');
      const rows = theirs.brokers.flatMap(({ broker, logDirs }: JsonDocument) =>
        logDirs.flatMap(({ logDir, partitions }: JsonDocument) =>
          partitions.map(({ partition, size, offsetLag, isFuture }: JsonDocument) =>
            JSON.stringify([broker, logDir, partition, size, offsetLag, isFuture]),
          ),
        ),
      );
      const { items } = await done('brokers', 'log-dirs', '--topic', topic);
      const ours = items.flatMap(({ broker, path, replicas }: JsonDocument) =>
        replicas.map((replica: JsonDocument) =>
          JSON.stringify([
            ...[broker, path, `${replica.topic}-${replica.partition}`],
            ...[replica.sizeBytes, replica.offsetLag, replica.future],
          ]),
        ),
      );
      assert.ok(rows.length >= 3);
      assert.deepEqual(ours.sort(), rows.sort());
      // Brokers say how large a volume is from 3.3 on (KIP-827).
      for (const { totalBytes, usableBytes } of items)
        if (isAtLeast(cluster, '3.3')) assert.ok(totalBytes >= usableBytes && usableBytes > 0);
        else assert.deepEqual([totalBytes, usableBytes], [null, null]);
    });

    test("what brokers speak is what Apache's tool finds", async () => {
      const text = await apache('brokerApiVersions');
      const { items } = await done('brokers', 'api-versions');
      const blocks = text.split(/^127\.0\.0\.1:\d+ \(id: (\d+) .*$/m);
      assert.equal(items.length, cluster.brokers.length);
      for (const { broker, apis } of items) {
        const block = blocks[blocks.indexOf(String(broker)) + 1] ?? '';
        const theirs = [...block.matchAll(/\((\d+)\): (\d+)(?: to (\d+))?/g)].map(
          ([, key, min, max]) => `${key}: ${min}-${max ?? min}`,
        );
        const ours = new Set(
          apis.map(({ key, minVersion, maxVersion }: JsonDocument) => `${key}: ${minVersion}-${maxVersion}`),
        );
        // Of requests that the tool's own release does not have it says only a key.
        assert.ok(theirs.length > 40, block);
        for (const line of theirs) assert.ok(ours.has(line), line);
      }
    });

    test('brokers are those of the cluster, with their replicas and leaders', async () => {
      const topic = await makeTopic(cluster, 4);
      const described = await done('topics', 'describe', topic);
      const { items } = await done('brokers', 'list');
      assert.deepEqual(
        items.map(({ id, port, state }: JsonDocument) => [id, port, state]),
        cluster.brokers.map(({ id, port }) => [id, port, 'alive']),
      );
      assert.equal(items.filter(({ controller }: JsonDocument) => controller).length, 1);
      const led = described.items[0].partitions.map(({ leader }: JsonDocument) => leader);
      for (const { id, leaders, replicas } of items) {
        assert.ok(leaders >= led.filter((leader: number) => leader === id).length);
        assert.ok(replicas >= leaders);
      }
      const one = await done('brokers', 'describe', String(items[0].id));
      assert.deepEqual([one.items.length, one.items[0].logDirs.length], [1, 1]);
      assert.equal((await kctl('brokers', 'describe', '99')).code, 4);
    });

    test("the cluster's id and features are Apache's", async () => {
      const { clusterId } = await done('cluster', 'describe');
      const cli = await runTool('cluster', ['cluster-id', '--bootstrap-server', cluster.bootstrapServers]);
      assert.match(cli.stdout.toString(), new RegExp(`Cluster ID: ${clusterId}`));
      const text = await apache('features', 'describe');
      const { items } = await done('cluster', 'features');
      const ours = new Map(items.map((item: JsonDocument) => [item.name, item]));
      const lines = [
        ...text.matchAll(
          /Feature: (\S+)\s+SupportedMinVersion: (\S+)\s+SupportedMaxVersion: (\S+)\s+FinalizedVersionLevel: (\S+)/g,
        ),
      ];
      assert.equal(lines.length > 0, mode === 'KRaft');
      for (const [, name = '', , , level] of lines) {
        const feature = ours.get(name) as JsonDocument;
        // The tool names levels of metadata.version by releases.
        if (/^\d+$/.test(level ?? '')) assert.equal(feature.finalizedLevel, Number(level), name);
      }
      const dry = await kctl('cluster', 'features', 'upgrade', 'kctl.no.such=1', '--dry-run');
      assert.equal(dry.code, 1);
    });

    if (mode === 'KRaft') {
      test("the quorum is Apache's", async () => {
        const text = await apache('metadataQuorum', 'describe', '--status');
        const quorum = await done('cluster', 'quorum');
        assert.equal(quorum.kind, 'Quorum');
        assert.match(text, new RegExp(`ClusterId: +${quorum.clusterId}`));
        assert.match(text, new RegExp(`LeaderId: +${quorum.leaderId}\\n`));
        assert.match(text, new RegExp(`LeaderEpoch: +${quorum.leaderEpoch}\\n`));
        const { leaderId, replicas } = quorum;
        assert.deepEqual(
          replicas.map(({ id, role }: JsonDocument) => [id, role]),
          [[leaderId, 'leader']],
        );
        const only = await kctl(
          'cluster',
          'quorum',
          'remove',
          `${leaderId}@AAAAAAAAAAAAAAAAAAAAAQ`,
          '--dry-run',
        );
        assert.match(only.stderr, /only voter/);
        const gone = await kctl('cluster', 'unregister-broker', '77', '--yes');
        assert.match(gone.stderr, /not.*registered/);
      });
    } else {
      test('with ZooKeeper there is no quorum, and the words say so', async () => {
        for (const words of [['quorum'], ['unregister-broker', '7', '--dry-run']]) {
          const run = await kctl('cluster', ...words);
          assert.equal(run.code, 1);
          assert.match(run.stderr, /no quorum.*\n.*ZooKeeper/);
        }
      });
    }

    test('a healthy cluster passes the check, or the findings are of other tests', async () => {
      const run = await kctl('cluster', 'check', '-o', 'json');
      assert.ok(run.code === 0 || run.code === 5, run.stderr);
      const check = assertDocument(run.stdout, 'ClusterCheck');
      assert.equal(run.code === 5, check.items.length > 0);
      const topic = await makeTopic(cluster, 1, ['--config', 'min.insync.replicas=9']);
      const unhealthy = await kctl('cluster', 'check', '-o', 'json');
      assert.equal(unhealthy.code, 5);
      const { items } = assertDocument(unhealthy.stdout, 'ClusterCheck');
      const checks = items.filter(({ subject }: JsonDocument) => subject.includes(topic));
      assert.deepEqual(
        checks.map(({ check }: JsonDocument) => check),
        ['under-min-isr', 'factor-below-min-isr'],
      );
      await kctl('topics', 'delete', topic, '--yes');
    });

    test('a broker with the only replica of a partition cannot be stopped', async () => {
      const id = cluster.brokers[0]?.id ?? 1;
      const topic = await makeTopic(cluster, 1, ['--replica-assignment', String(id)]);
      const run = await kctl('brokers', 'can-stop', String(id), '-o', 'json');
      assert.equal(run.code, 5);
      const check = assertDocument(run.stdout, 'StopCheck');
      const obstacle = check.items.find(({ subject }: JsonDocument) => subject === `${topic}-0`);
      assert.deepEqual([obstacle.remaining, obstacle.needed, check.canStop], [0, 1, false]);
      assert.equal((await kctl('brokers', 'can-stop', '99')).code, 4);
    });

    test('waiting ends when the cluster is as asked for, or with exit 6', async () => {
      const wait = await done('cluster', 'wait', '--brokers', String(cluster.brokers.length));
      assert.equal(wait.aliveBrokers.length, cluster.brokers.length);
      const late = await kctl('cluster', 'wait', '--brokers', '99', '--timeout', '2s');
      assert.equal(late.code, 6);
      assert.match(late.stderr, /brokers are alive, not 99/);
    });

    test('an election that is not needed is none, and a partition that is not there is an error', async () => {
      const topic = await makeTopic(cluster, 2);
      const { items } = await done('leaders', 'elect', topic);
      assert.deepEqual(
        items.map(({ result }: JsonDocument) => result),
        ['not-needed', 'not-needed'],
      );
      assert.equal((await kctl('leaders', 'elect', `${topic}:7`)).code, 4);
      assert.equal((await kctl('leaders', 'elect')).code, 2);
    });

    test('an unclean election needs a word of consent', async () => {
      const topic = await makeTopic(cluster, 1);
      const run = await kctl('leaders', 'elect', topic, '--unclean');
      assert.deepEqual([run.code, run.stdout], [2, '']);
      assert.match(run.stderr, /--confirm unclean/);
      assert.equal((await kctl('leaders', 'elect', topic, '--unclean', '--confirm', 'yes')).code, 2);
      const { items } = await done('leaders', 'elect', topic, '--unclean', '--confirm', 'unclean');
      assert.equal(items[0].result, 'not-needed');
    });
  });
}

test('leaders are elected as LeaderElectionCommand elects them', async () => {
  await electByBoth(await sharedCluster());
});
