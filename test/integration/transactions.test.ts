import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAtLeast, sharedClusters, type TestCluster } from '../support/cluster.js';
import { eventually, randomName, runKctl, startKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import { assertDocument, type JsonDocument } from '../support/schemas.js';
import { makeTopic, produce } from '../support/topics.js';

async function kctl(cluster: TestCluster, words: string[], expected = 0): Promise<JsonDocument> {
  const { code, stdout, stderr } = await runKctl([...words, '-o', 'json'], { env: cluster.env });
  assert.equal(code, expected, stderr);
  return stdout === '' ? undefined : assertDocument(stdout);
}

/** The rows of TransactionsCommand, each a list of words. */
async function theirs(cluster: TestCluster, words: string[]): Promise<string[][]> {
  const { code, stdout, stderr } = await runTool('transactions', [
    '--bootstrap-server',
    cluster.bootstrapServers,
    ...words,
  ]);
  assert.equal(code, 0, stderr);
  return stdout
    .toString()
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
}

for (const [mode, open] of sharedClusters) {
  test(`${mode}: an open transaction is what TransactionsCommand says it is, and can be aborted`, async () => {
    const cluster = await open();
    const topic = await makeTopic(cluster, 1);
    const id = randomName('bar-tx');
    await produce(cluster, topic, 'before\n');
    const words = ['produce', topic, '--transactional-id', id, '--commit-every', '1000', '--linger', '1'];
    const producer = startKctl(words, { env: cluster.env });
    producer.process.stdin.write('void\n');
    const openProducers = async () =>
      (await kctl(cluster, ['producers', 'describe', `${topic}:0`])).items.filter(
        (item: JsonDocument) => item.currentTransactionStartOffset !== null,
      );
    await eventually('an open transaction', async () => (await openProducers()).length === 1);

    if (!isAtLeast(cluster, '3.0')) {
      const { errors } = await kctl(cluster, ['transactions', 'list'], 1);
      assert.equal(errors[0].code, 'UNSUPPORTED_VERSION');
      producer.process.stdin.end();
      assert.equal((await producer.finished).code, 0);
      return;
    }
    const listed = (await kctl(cluster, ['transactions', 'list', id, '--state', 'Ongoing'])).items;
    const rows = (await theirs(cluster, ['list'])).filter(([name]) => name === id);
    assert.deepEqual(
      listed.map((item: JsonDocument) => [
        item.transactionalId,
        String(item.coordinator),
        String(item.producerId),
        item.state,
      ]),
      rows,
    );
    const [described] = (await kctl(cluster, ['transactions', 'describe', id])).items;
    const [row = []] = await theirs(cluster, ['describe', '--transactional-id', id]);
    assert.deepEqual(
      [described.coordinator, described.transactionalId, described.producerId, described.producerEpoch].map(
        String,
      ),
      row.slice(0, 4),
    );
    assert.deepEqual(described.partitions, [{ topic, partition: 0 }]);

    const [found] = await openProducers();
    const states = await theirs(cluster, ['describe-producers', '--topic', topic, '--partition', '0']);
    const state = states.find(([producerId]) => producerId === String(found.producerId));
    assert.deepEqual(
      [
        found.producerEpoch,
        found.lastSequence,
        found.lastTimestampMs,
        found.currentTransactionStartOffset,
      ].map(String),
      [state?.[1], state?.[3], state?.[4], state?.[5]],
    );
    // Its coordinator knows of it: it does not hang, however long it is open.
    const searching = ['transactions', 'find-hanging', topic, '--max-transaction-timeout', '1ms'];
    assert.deepEqual((await kctl(cluster, searching)).items, []);

    const abort = ['transactions', 'abort', `${topic}:0`, '--start-offset', '1'];
    assert.equal((await kctl(cluster, [...abort, '--dry-run'])).items[0].result, 'valid');
    assert.equal((await openProducers()).length, 1);
    assert.equal((await kctl(cluster, [...abort, '--yes'])).items[0].result, 'aborted');
    await eventually('no open transaction', async () => (await openProducers()).length === 0);
    await kctl(cluster, [...abort, '--yes'], 4);
    producer.process.kill('SIGKILL');
    await producer.finished;
    const read = ['consume', topic, '--exit-at-end', '--isolation-level', 'read_committed'];
    assert.equal((await runKctl(read, { env: cluster.env })).stdout, 'before\n');
  });
}
