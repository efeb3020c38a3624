import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCluster } from '../../src/cluster/index.js';
import { kraftVersion, startCluster } from '../support/cluster.js';
import { eventually } from '../support/kctl.js';
import type { JsonDocument } from '../support/schemas.js';
import { sessionOf } from '../support/session.js';
import { makeTopic, produce } from '../support/topics.js';
import { hangTransaction } from '../support/transactions.js';

/** Without it brokers refuse what would hang: since KIP-890 they ask the coordinator first. */
const unverified = ['--config', 'transaction.partition.verification.enable=false'];

for (const [mode, options] of [
  ['ZooKeeper', []],
  ['KRaft', ['--kafka', kraftVersion]],
] as const) {
  test(`${mode}: a transaction that nobody will end is found as TransactionsCommand finds it, and ended`, async () => {
    const cluster = await startCluster([...options, ...unverified]);
    const { apache, done, kctl } = sessionOf(() => cluster);
    const topic = await makeTopic(cluster, 1);
    await produce(cluster, topic, 'before\n');
    const opened = await openCluster({ 'bootstrap-server': cluster.bootstrapServers });
    /** What the tool finds, as producer id, epoch and where it begins. */
    const theirs = async () => {
      const text = await apache('transactions', 'find-hanging', '--broker-id', '1');
      const rows = text.split('\n').map((line) => line.trim().split(/\s+/));
      return rows.filter(([name]) => name === topic).map((row) => [row[2], row[3], row[5]].join(' '));
    };
    const ours = async () =>
      (await done('transactions', 'find-hanging', topic)).items.map((item: JsonDocument) =>
        [item.producerId, item.producerEpoch, item.currentTransactionStartOffset].join(' '),
      );
    const readable = async () => {
      const words = ['--from-beginning', '--exit-at-end', '--isolation-level', 'read_committed'];
      return (await kctl('consume', topic, ...words)).stdout;
    };

    const { producerId, producerEpoch, transactionalId } = await hangTransaction(opened.wire, topic, 'void');
    assert.deepEqual(await ours(), [`${producerId} ${producerEpoch} 1`]);
    assert.deepEqual(await ours(), await theirs());
    const [found] = (await done('transactions', 'find-hanging')).items;
    assert.deepEqual([found.topic, found.transactionalId], [topic, transactionalId]);
    await produce(cluster, topic, 'behind\n');
    assert.equal(await readable(), 'before\n');
    const abort = ['transactions', 'abort', `${topic}:0`, '--start-offset', '1'];
    await done(...abort, '--dry-run');
    assert.equal((await ours()).length, 1, 'a dry run ends nothing');
    assert.equal((await kctl(...abort)).code, 2, 'it asks first');
    await done(...abort, '--yes');
    await eventually('what was held up', async () => (await readable()) === 'before\nbehind\n');
    assert.deepEqual([await ours(), await theirs()], [[], []]);

    const other = await hangTransaction(opened.wire, topic, 'void');
    const [, , start = ''] = ((await ours())[0] ?? '').split(' ');
    const words = ['--topic', topic, '--partition', '0', '--start-offset', start];
    await apache('transactions', 'abort', ...words);
    await eventually('that the tool has ended it', async () => (await ours()).length === 0);
    await hangTransaction(opened.wire, topic, 'void');
    const [{ producerId: last }] = (await done('transactions', 'find-hanging', topic)).items;
    assert.notEqual(BigInt(last), other.producerId);
    await done('transactions', 'abort', `${topic}:0`, '--producer-id', String(last), '--yes');
    assert.deepEqual(await ours(), []);
    await opened.close();
  });
}
