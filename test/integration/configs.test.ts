import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isAtLeast, sharedClusters, type TestCluster } from '../support/cluster.js';
import { eventually, randomName, runKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import { assertDocument, assertErrors, type JsonDocument } from '../support/schemas.js';
import { makeTopic } from '../support/topics.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-configs-'));
after(() => rmSync(folder, { recursive: true }));

for (const [mode, shared] of sharedClusters) {
  describe(`configs with ${mode}`, () => {
    let cluster: TestCluster;
    before(async () => {
      cluster = await shared();
    });
    const kctl = (...words: string[]) => runKctl(['configs', ...words], { env: cluster.env });
    async function done(...words: string[]): Promise<JsonDocument> {
      const { code, stdout, stderr } = await kctl(...words, '-o', 'json');
      assert.deepEqual([code, stderr], [0, ''], words.join(' '));
      return assertDocument(stdout);
    }

    /** What ConfigCommand says, by key: the value and where it comes from. */
    async function apache(...words: string[]): Promise<Map<string, { value: string; synonyms: string }>> {
      const { code, stdout, stderr } = await runTool('configs', [
        ...['--bootstrap-server', cluster.bootstrapServers],
        ...words,
      ]);
      assert.equal(code, 0, stderr + stdout);
      const lines = stdout.toString().matchAll(/^ {2}([^=\s]+)=(.*) sensitive=(\w+) synonyms=\{(.*)\}$/gm);
      return new Map(
        [...lines].map(([, key = '', value = '', , synonyms = '']) => [key, { value, synonyms }]),
      );
    }
    async function describedByKctl(...words: string[]): Promise<Map<string, JsonDocument>> {
      const { items } = await done('describe', ...words);
      assert.equal(items.length, 1);
      return new Map(items[0].configs.map((config: JsonDocument) => [config.name, config]));
    }

    test("a topic's configurations are Apache's, all of them and those that are set", async () => {
      const topic = await makeTopic(cluster, 1, ['--config', 'retention.ms=60000']);
      const words = ['--describe', '--topic', topic];
      const [own, all] = [await apache(...words), await apache(...words, '--all')];
      const shown = await describedByKctl('--topic', topic, '--all');
      assert.ok(all.size > 20);
      assert.deepEqual([...shown.keys()], [...all.keys()].sort());
      for (const [key, { value }] of all) assert.equal(shown.get(key)?.value ?? 'null', value, key);
      const set = [...shown.values()].filter((config) => config.own).map(({ name }) => name);
      assert.deepEqual(set, [...own.keys()]);
      assert.deepEqual(shown.get('retention.ms')?.source, 'topic');
      const changed = await describedByKctl('--topic', topic);
      assert.ok(changed.has('retention.ms') && !changed.has('segment.bytes'));
    });

    test("a broker's configurations are Apache's, and sensitive ones are hidden", async () => {
      const id = String(cluster.brokers[0]?.id);
      const all = await apache('--describe', '--broker', id, '--all');
      const shown = await describedByKctl('--broker', id, '--all');
      assert.ok(all.size > 200);
      assert.deepEqual([...shown.keys()], [...all.keys()].sort());
      for (const [key, { value, synonyms }] of all) {
        assert.equal(shown.get(key)?.value ?? 'null', value, key);
        const sources = shown.get(key)?.synonyms.map(({ name }: JsonDocument) => name);
        assert.deepEqual(
          sources,
          [...synonyms.matchAll(/[A-Z_]+_CONFIG:([^=]+)=/g)].map(([, name]) => name),
          key,
        );
      }
      assert.equal(shown.get('ssl.keystore.password')?.value, null);
    });

    test('what either sets the other sees, and nobody loses what another has set', async () => {
      const topic = await makeTopic(cluster, 1);
      await apache('--alter', '--topic', topic, '--add-config', 'max.message.bytes=1234');
      const { items } = await done('set', '--topic', topic, 'retention.ms=60000', 'cleanup.policy=compact');
      assert.deepEqual(
        items[0].changes.map(({ key, operation, after }: JsonDocument) => [key, operation, after]),
        [
          ['retention.ms', 'set', '60000'],
          ['cleanup.policy', 'set', 'compact'],
        ],
      );
      const both = await apache('--describe', '--topic', topic);
      assert.deepEqual([...both].map(([key, { value }]) => [key, value]).sort(), [
        ['cleanup.policy', 'compact'],
        ['max.message.bytes', '1234'],
        ['retention.ms', '60000'],
      ]);
      await apache('--alter', '--topic', topic, '--delete-config', 'cleanup.policy');
      const shown = await describedByKctl('--topic', topic, 'cleanup.policy', 'max.message.bytes');
      assert.deepEqual(
        [shown.get('cleanup.policy')?.own, shown.get('max.message.bytes')?.value],
        [false, '1234'],
      );
      const unset = await done('unset', '--topic', topic, 'retention.ms');
      assert.deepEqual(unset.items[0].changes[0].before, '60000');
      assert.deepEqual([...(await apache('--describe', '--topic', topic)).keys()], ['max.message.bytes']);
    });

    test('values of lists are added and taken away; of others the broker refuses it', async () => {
      const topic = await makeTopic(cluster, 1);
      const policy = async () => (await apache('--describe', '--topic', topic)).get('cleanup.policy')?.value;
      await done('append', '--topic', topic, 'cleanup.policy=compact');
      assert.deepEqual((await policy())?.split(',').sort(), ['compact', 'delete']);
      await done('subtract', '--topic', topic, 'cleanup.policy=delete');
      assert.equal(await policy(), 'compact');
      const refused = await kctl('append', '--topic', topic, 'retention.ms=1');
      assert.equal(refused.code, 1);
      // Kafka 2.8 calls it a bad request.
      assert.match(refused.stderr, isAtLeast(cluster, '3.0') ? /INVALID_CONFIG/ : /INVALID_REQUEST/);
    });

    test('a dry run is checked by the broker and changes nothing', async () => {
      const topic = await makeTopic(cluster, 1);
      const dry = await done('set', '--topic', topic, 'retention.ms=60000', '--dry-run');
      assert.deepEqual([dry.dryRun, dry.validatedBy, dry.items[0].result], [true, 'broker', 'valid']);
      assert.equal((await apache('--describe', '--topic', topic)).size, 0);
      const wrong = await kctl('set', '--topic', topic, 'retention.ms=soon', '--dry-run');
      assert.equal(wrong.code, 1);
      assert.match(wrong.stderr, /retention\.ms/);
    });

    test('the cluster-wide default of brokers, and one broker over it', async () => {
      const id = String(cluster.brokers[0]?.id);
      const key = 'log.cleaner.backoff.ms';
      await done('set', '--broker-defaults', `${key}=15001`);
      await done('set', '--broker', id, `${key}=15002`);
      assert.equal((await apache('--describe', '--broker-defaults')).get(key)?.value, '15001');
      assert.equal((await apache('--describe', '--broker', id)).get(key)?.value, '15002');
      const shown = (await describedByKctl('--broker', id, key)).get(key);
      assert.deepEqual(
        [shown.source, shown.synonyms.map(({ source }: JsonDocument) => source)],
        ['broker', ['broker', 'cluster-wide default', 'default']],
      );
      await done('unset', '--broker', id, key);
      await done('unset', '--broker-defaults', key);
      assert.ok(!(await apache('--describe', '--broker', id)).has(key));
    });

    test("a broker's loggers", async () => {
      const id = String(cluster.brokers[0]?.id);
      const words = ['--describe', '--entity-type', 'broker-loggers', '--entity-name', id];
      const logger = 'kafka.log.LogCleanerManager';
      await done('set', '--broker-logger', id, 'kafka.server.ReplicaManager=DEBUG', '--allow-unknown');
      const { stdout } = await runTool('configs', ['--bootstrap-server', cluster.bootstrapServers, ...words]);
      assert.match(stdout.toString(), /kafka\.server\.ReplicaManager=DEBUG/);
      await done('unset', '--broker-logger', id, 'kafka.server.ReplicaManager');
      const wrong = await kctl('set', '--broker-logger', id, `${logger}x=DEBUG`);
      assert.equal(wrong.code, 1);
    });

    if (mode === 'ZooKeeper') {
      test('brokers without client metrics and configurations of groups: exit 1 that says since when', async () => {
        for (const [words, since] of [
          [['--client-metrics', 'm', 'interval.ms=1000'], /from 3\.7 on, in KRaft mode/],
          [['--group', 'g', 'consumer.session.timeout.ms=46000'], /from 4\.0 on, in KRaft mode/],
        ] as const) {
          const run = await kctl('set', ...words);
          assert.deepEqual([run.code, run.stdout], [1, '']);
          assert.match(run.stderr, since);
        }
      });
    }

    if (mode === 'KRaft') {
      test('client metrics and groups', async () => {
        const [metrics, group] = [randomName('metrics'), randomName('group')];
        await done('set', '--client-metrics', metrics, 'interval.ms=1000');
        const entity = ['--entity-type', 'client-metrics', '--entity-name', metrics];
        assert.equal((await apache('--describe', ...entity)).get('interval.ms')?.value, '1000');
        const { items } = await done('describe', '--client-metrics', '*');
        assert.ok(items.some(({ name }: JsonDocument) => name === metrics));
        const tool = async (...words: string[]) => {
          const name = ['--bootstrap-server', cluster.bootstrapServers, '--name', metrics];
          const run = await runTool('clientMetrics', [...name, ...words]);
          assert.equal(run.code, 0, run.stderr + run.stdout);
          return run.stdout.toString();
        };
        assert.match(await tool('--describe'), /interval\.ms=1000/);
        await tool('--alter', '--metrics', 'org.apache.kafka.producer.');
        // Apache's tool does not wait until the broker has heard of it.
        const metricsByKctl = async () => (await describedByKctl('--client-metrics', metrics)).get('metrics');
        const isSeen = async () => (await metricsByKctl())?.value === 'org.apache.kafka.producer.';
        await eventually("what Apache's tool set", isSeen);
        await done('unset', '--client-metrics', metrics, 'interval.ms', 'metrics');
        assert.doesNotMatch(await tool('--describe'), /interval\.ms=1000/);
        if (!isAtLeast(cluster, '4.0')) {
          const old = await kctl('set', '--group', group, 'consumer.session.timeout.ms=46000');
          assert.deepEqual([old.code, old.stdout], [1, '']);
          assert.match(old.stderr, /from 4\.0 on, in KRaft mode/);
          return;
        }
        await done('set', '--group', group, 'consumer.session.timeout.ms=46000');
        const shown = await describedByKctl('--group', group);
        assert.equal(shown.get('consumer.session.timeout.ms')?.source, 'group');
        await done('unset', '--group', group, 'consumer.session.timeout.ms');
      });
    }

    test('a misspelt key is refused with the nearest that there is, and nothing is done', async () => {
      const topic = await makeTopic(cluster, 1);
      const run = await kctl('set', '--topic', topic, 'retention.m=1', 'segment.ms=60000', '-o', 'json');
      assert.equal(run.code, 1);
      const [error] = assertErrors(run.stderr);
      assert.deepEqual([error.code, error.hint.includes('retention.ms')], ['INVALID_CONFIG', true]);
      assert.equal((await apache('--describe', '--topic', topic)).size, 0);
      const defaults = await kctl('set', '--broker-defaults', 'log.cleaner.thread=2');
      assert.match(defaults.stderr, /Did you mean log\.cleaner\.threads/);
    });

    test('a secret is taken from a file, never from the command line, and never shown', async () => {
      const id = String(cluster.brokers[0]?.id);
      const key = 'listener.name.kctltest.ssl.keystore.password';
      const exposed = await kctl('set', '--broker', id, `${key}=secret`);
      assert.deepEqual([exposed.code, exposed.stdout], [1, '']);
      assert.match(exposed.stderr, /--file/);
      assert.ok(!exposed.stderr.includes('secret\n'));
      const file = join(folder, 'secret.properties');
      writeFileSync(file, 'retention.ms=123456\n');
      const topic = await makeTopic(cluster, 1);
      const { items } = await done('set', '--topic', topic, '--file', file);
      assert.equal(items[0].changes[0].after, '123456');
    });

    test('what is not there, and nothing named', async () => {
      const missing = await kctl('describe', '--topic', 'kctl-no-such-topic');
      assert.equal(missing.code, 4);
      const away = await kctl('describe', '--broker', '99');
      assert.equal(away.code, 3);
      for (const words of [['describe'], ['set', '--topic', 'x'], ['describe', '--broker', 'one']])
        assert.equal((await kctl(...words)).code, 2, words.join(' '));
    });

    test('documentation is shown when it is asked for', async () => {
      const topic = await makeTopic(cluster, 1);
      const { items } = await done('describe', '--topic', topic, 'retention.ms', '--doc');
      assert.match(items[0].configs[0].documentation, /retain/);
      assert.match((await kctl('describe', '--topic', topic, 'retention.ms', '--doc')).stdout, /retain/);
    });
  });
}
