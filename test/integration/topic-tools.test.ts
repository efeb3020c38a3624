import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isAtLeast, sharedClusters, type TestCluster } from '../support/cluster.js';
import { randomName } from '../support/kctl.js';
import { assertDocument, assertErrors, type JsonDocument } from '../support/schemas.js';
import { sessionOf } from '../support/session.js';
import { makeTopic, numbers, produce } from '../support/topics.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-topic-tools-'));
after(() => rmSync(folder, { recursive: true }));

for (const [mode, shared] of sharedClusters) {
  describe(`what topics hold, with ${mode}`, () => {
    let cluster: TestCluster;
    before(async () => {
      cluster = await shared();
    });
    const { kctl, done, apache } = sessionOf(() => cluster, ['topics']);
    /** Old brokers have a warning of it. */
    const offsets = async (word: string) => {
      const { code, stdout, stderr } = await kctl('offsets', word, '-o', 'json');
      assert.equal(code, 0, stderr);
      assert.match(
        stderr,
        isAtLeast(cluster, '3.0') ? /^$/ : /^warning: .* is not told before Kafka 3\.0\n$/,
      );
      return assertDocument(stdout, 'TopicOffsetList');
    };

    /** What GetOffsetShell says, as `partition: offset`. */
    const offsetsOfApache = async (topic: string, time: string) =>
      (await apache('offsets', '--topic-partitions', topic, '--time', time))
        .split('\n')
        .filter((line) => line.startsWith(`${topic}:`))
        .map((line) => line.split(':').slice(1).join(': '))
        // Of a partition without such a record the tool says nothing, or an empty offset.
        .filter((line) => /\d$/.test(line))
        .sort();
    const offsetsOfKctl = async (topic: string, time: string) =>
      (await done('offsets', topic, `--time=${time}`)).items
        .filter(({ offset }: JsonDocument) => offset !== null)
        .map(({ partition, offset }: JsonDocument) => `${partition}: ${offset}`)
        .sort();

    test("offsets are GetOffsetShell's: both ends, by time, of the newest record", async () => {
      const topic = await makeTopic(cluster, 3);
      await produce(cluster, topic, numbers(1, 30), ['--timestamp', '1000000']);
      await produce(cluster, topic, numbers(1, 30), ['--timestamp', '2000000']);
      await produce(cluster, topic, numbers(1, 30), ['--timestamp', '1500000']);
      const tellsNewest = isAtLeast(cluster, '3.0');
      for (const time of ['-1', '-2', ...(tellsNewest ? ['-3'] : []), '1000000', '1500000', '2000001'])
        assert.deepEqual(await offsetsOfKctl(topic, time), await offsetsOfApache(topic, time), time);
      const { items } = await offsets(topic);
      const records = items.reduce((total: number, item: JsonDocument) => total + item.records, 0);
      assert.equal(records, 90);
      const filled = items.filter((item: JsonDocument) => item.records > 0);
      assert.equal(Math.min(...filled.map((item: JsonDocument) => item.firstTimestampMs)), 1_000_000);
      const newest = filled.map((item: JsonDocument) => item.newestTimestampMs);
      if (tellsNewest) assert.equal(Math.max(...newest), 2_000_000);
      else {
        assert.ok(newest.every((time: number | null) => time === null));
        const { code, stderr } = await kctl('offsets', topic, '--time=-3');
        assert.equal(code, 1);
        assert.match(stderr, /cannot do ListOffsets[\s\S]*takes a newer Kafka/);
      }
    });

    test('one partition of a topic, and one that is not there', async () => {
      const topic = await makeTopic(cluster, 2);
      const { items } = await offsets(`${topic}:1`);
      assert.deepEqual(
        items.map(({ partition, latest }: JsonDocument) => [partition, latest]),
        [[1, 0]],
      );
      assert.equal((await kctl('offsets', `${topic}:7`)).code, 4);
      assert.equal((await kctl('offsets', topic, '--time', 'soon')).code, 2);
    });

    test('sizes are what the log directories say, of leaders and of all replicas', async () => {
      const factor = Math.min(2, cluster.brokers.length);
      const topic = await makeTopic(cluster, 2, ['--replication-factor', String(factor)]);
      await produce(cluster, topic, numbers(1, 1000));
      const [size] = (await done('size', topic)).items;
      const text = await apache('logDirs', '--describe', '--topic-list', topic);
      const theirs = JSON.parse(text.split('\n').find((line) => line.startsWith('{')) ?? '{}');
      const bytes = theirs.brokers.flatMap(({ logDirs }: JsonDocument) =>
        logDirs.flatMap(({ partitions }: JsonDocument) => partitions.map((p: JsonDocument) => p.size)),
      );
      const total = bytes.reduce((sum: number, value: number) => sum + value, 0);
      assert.ok(total > 0);
      assert.deepEqual([size.replicaBytes, size.leaderBytes], [total, total / factor]);
      const placed = size.placements.reduce(
        (sum: number, place: JsonDocument) => sum + place.replicaBytes,
        0,
      );
      assert.equal(placed, total);
    });

    test('what is purged is gone for Apache, and what Apache deletes is gone for kctl', async () => {
      const topic = await makeTopic(cluster, 1);
      await produce(cluster, topic, numbers(1, 100));
      const dry = await done('purge', topic, '--before', '10', '--dry-run');
      assert.deepEqual([dry.items[0].records, dry.items[0].result, dry.validatedBy], [10, 'valid', 'client']);
      assert.deepEqual(await offsetsOfApache(topic, '-2'), ['0: 0']);
      const asked = await kctl('purge', topic, '--before', '10');
      assert.equal(asked.code, 2);
      assert.match(asked.stderr, /Delete 10 records in 1 partitions/);
      await done('purge', topic, '--before', '10', '--yes');
      assert.deepEqual(await offsetsOfApache(topic, '-2'), ['0: 10']);
      const file = join(folder, `${topic}.json`);
      const write = (offset: number) =>
        writeFileSync(file, JSON.stringify({ partitions: [{ topic, partition: 0, offset }], version: 1 }));
      write(20);
      await apache('deleteRecords', '--offset-json-file', file);
      assert.equal((await offsets(topic)).items[0].earliest, 20);
      write(30);
      await done('delete-records', '--file', file, '--yes');
      assert.deepEqual(await offsetsOfApache(topic, '-2'), ['0: 30']);
      write(3000);
      const beyond = await kctl('delete-records', '--file', file, '--yes');
      assert.deepEqual([beyond.code, /OFFSET_OUT_OF_RANGE/.test(beyond.stderr)], [1, true]);
      await done('purge', topic, '--yes');
      assert.deepEqual(await offsetsOfApache(topic, '-2'), ['0: 100']);
      assert.equal((await done('purge', topic, '--yes')).items[0].result, 'nothing');
    });

    test('a topic that is only compacted is not purged, and the words say why', async () => {
      const topic = await makeTopic(cluster, 1, ['--config', 'cleanup.policy=compact']);
      await produce(cluster, topic, 'k:v\n', ['--key-separator', ':']);
      const run = await kctl('purge', topic, '--yes', '-o', 'json');
      assert.equal(run.code, 1);
      const [error] = assertErrors(run.stderr);
      assert.deepEqual([error.code, /compact/.test(error.message)], ['POLICY_VIOLATION', true]);
      assert.deepEqual(await offsetsOfApache(topic, '-2'), ['0: 0']);
    });

    test('more partitions are seen by Apache, and fewer there cannot be', async () => {
      const topic = await makeTopic(cluster, 1);
      const dry = await done('alter', topic, '--partitions', '3', '--dry-run');
      assert.deepEqual([dry.validatedBy, dry.items[0].result], ['broker', 'valid']);
      await done('alter', topic, '--partitions', '3');
      assert.match(await apache('topics', '--describe', '--topic', topic), /PartitionCount: 3/);
      await apache('topics', '--alter', '--topic', topic, '--partitions', '4');
      assert.equal((await done('describe', topic)).items[0].partitions.length, 4);
      const fewer = await kctl('alter', topic, '--partitions', '2');
      assert.deepEqual([fewer.code, /INVALID_PARTITIONS/.test(fewer.stderr)], [1, true]);
      assert.equal((await kctl('alter', 'kctl-no-such-topic', '--partitions', '2')).code, 4);
    });

    test('--strict ends in 5 where a topic is not as asked for, and changes nothing', async () => {
      const topic = await makeTopic(cluster, 2, ['--config', 'retention.ms=60000']);
      const same = ['create', topic, '--strict', '--partitions', '2', '--config', 'retention.ms=60000'];
      assert.equal((await done(...same)).items[0].result, 'exists');
      const run = await kctl('create', topic, '--strict', '--partitions', '3', '--config', 'retention.ms=1');
      assert.equal(run.code, 5);
      assert.match(run.stderr, /partitions is 2, not 3; retention\.ms is 60000, not 1/);
      assert.equal((await done('describe', topic)).items[0].partitions.length, 2);
    });

    test('many topics at once from a file, and one like another', async () => {
      const names = Array.from({ length: 20 }, () => randomName('file'));
      const file = join(folder, 'topics.yaml');
      writeFileSync(
        file,
        names.map((name) => `- {name: ${name}, partitions: 2, configs: {retention.ms: 60000}}\n`).join(''),
      );
      const { items } = await done('create', '--file', file);
      assert.equal(items.length, 20);
      const clone = randomName('clone');
      await done('clone', names[0] ?? '', clone);
      const text = await apache('topics', '--describe', '--topic', clone);
      assert.match(text, /PartitionCount: 2.*retention\.ms=60000/);
      writeFileSync(file, '- {partitions: 2}\n');
      assert.equal((await kctl('create', '--file', file)).code, 2);
      assert.equal((await kctl('clone', 'kctl-no-such-topic', clone)).code, 4);
      await done('delete', ...names, clone, '--yes');
    });

    test('filters choose what Apache chooses', async () => {
      const healthy = await makeTopic(cluster, 1);
      const strict = await makeTopic(cluster, 1, [
        '--config',
        'min.insync.replicas=9',
        '--replication-factor',
        '1',
      ]);
      const atMin = await makeTopic(cluster, 1, [
        '--config',
        'min.insync.replicas=1',
        '--replication-factor',
        '1',
      ]);
      for (const [ours, theirs] of [
        ['--under-min-isr', '--under-min-isr-partitions'],
        ['--at-min-isr', '--at-min-isr-partitions'],
        ['--under-replicated', '--under-replicated-partitions'],
        ['--offline', '--unavailable-partitions'],
        ['--with-overrides', '--topics-with-overrides'],
      ] as const) {
        const text = await apache('topics', '--describe', theirs);
        // To Apache the cluster-wide default is an override too; KRaft of Kafka 4 always has one.
        const names = ours === '--with-overrides' ? [strict, atMin] : [healthy, strict, atMin];
        const chosen = names.filter((name) => text.includes(`Topic: ${name}`));
        const { items } = await done('describe', healthy, strict, atMin, ours);
        assert.deepEqual(items.map(({ name }: JsonDocument) => name).sort(), chosen.sort(), ours);
        const listed = (await done('list', ours)).items.map(({ name }: JsonDocument) => name);
        for (const name of chosen) assert.ok(listed.includes(name), `${ours} ${name}`);
      }
    });
  });
}
