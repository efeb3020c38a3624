import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { isAtLeast, sharedClusters, type TestCluster } from '../support/cluster.js';
import { runKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import { assertDocument, type JsonDocument } from '../support/schemas.js';
import { makeTopic, numbers, produce } from '../support/topics.js';

for (const [mode, shared] of sharedClusters) {
  describe(`brokers and leaders with ${mode}`, () => {
    let cluster: TestCluster;
    before(async () => {
      cluster = await shared();
    });
    const kctl = (...words: string[]) => runKctl(words, { env: cluster.env });
    async function done(...words: string[]): Promise<JsonDocument> {
      const { code, stdout, stderr } = await kctl(...words, '-o', 'json');
      assert.deepEqual([code, stderr], [0, ''], words.join(' '));
      return assertDocument(stdout);
    }
    const apache = async (tool: Parameters<typeof runTool>[0], ...words: string[]) => {
      const run = await runTool(tool, ['--bootstrap-server', cluster.bootstrapServers, ...words]);
      assert.equal(run.code, 0, run.stderr + run.stdout);
      return run.stdout.toString();
    };

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
