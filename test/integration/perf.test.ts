import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedCluster, sharedClusters, type TestCluster } from '../support/cluster.js';
import { randomName, runKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import { assertDocument, type JsonDocument } from '../support/schemas.js';
import { makeTopic } from '../support/topics.js';

async function perf(cluster: TestCluster, words: string[], expected = 0): Promise<JsonDocument> {
  const { code, stdout, stderr } = await runKctl([...words, '-o', 'json'], { env: cluster.env });
  assert.equal(code, expected, stderr);
  return assertDocument(stdout);
}

/** How many records Kafka's own tool finds in a topic. */
async function recordsOf({ bootstrapServers }: TestCluster, topic: string): Promise<number> {
  const words = ['--bootstrap-server', bootstrapServers, '--topic', topic];
  const { stdout } = await runTool('offsets', words);
  const ends = stdout.toString().trim().split('\n');
  return ends.reduce((sum, line) => sum + Number(line.split(':')[2]), 0);
}

for (const [mode, open] of sharedClusters) {
  test(`${mode}: what perf produce says it wrote is there, whole, and perf consume reads it`, async () => {
    const cluster = await open();
    const topic = await makeTopic(cluster, 3);
    const flags = [
      '--num-records',
      '50000',
      '--record-size',
      '100',
      '--producers',
      '2',
      '--compression',
      'lz4',
    ];
    const produced = await perf(cluster, ['perf', 'produce', topic, ...flags, '--batch-size', '50kB']);
    assert.equal(produced.records, 50_000);
    assert.equal(produced.bytes, 5_000_000);
    assert.ok(produced.latency.p50Ms <= produced.latency.p999Ms);
    assert.equal(
      produced.histogram.reduce((sum: number, { count }: { count: number }) => sum + count, 0),
      50_000,
    );
    assert.equal(await recordsOf(cluster, topic), 50_000);
    const consumed = await perf(cluster, [
      'perf',
      'consume',
      topic,
      '--num-records',
      '50000',
      '--consumers',
      '2',
    ]);
    assert.equal(consumed.records, 50_000);
    assert.equal(consumed.bytes, 5_000_000);
    const { stdout } = await runTool('consoleConsumer', [
      ...['--bootstrap-server', cluster.bootstrapServers, '--topic', topic, '--from-beginning'],
      ...['--max-messages', '100'],
    ]);
    assert.match(stdout.toString(), /^([A-Z]{100}\n){100}$/);
  });
}

test('a bounded producer keeps to its rate, in transactions too', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 1);
  const words = ['perf', 'produce', topic, '--num-records', '1000', '--throughput', '1000'];
  const id = ['--transactional-id', randomName('till'), '--transaction-duration-ms', '300'];
  const { records, durationMs, transactions } = await perf(cluster, [...words, ...id]);
  assert.equal(records, 1000);
  assert.ok(durationMs >= 950, `${durationMs} ms`);
  assert.ok(transactions >= 1);
  const { stdout } = await runKctl(
    ['consume', topic, '--exit-at-end', '--isolation-level', 'read_committed'],
    { env: cluster.env },
  );
  assert.equal(stdout.trim().split('\n').length, 1000);
});

test('latency is measured record by record, and shown as a histogram', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 1);
  const words = ['perf', 'latency', topic, '--num-records', '50'];
  const { records, latency } = await perf(cluster, words);
  assert.equal(records, 50);
  assert.ok(latency.p50Ms > 0 && latency.p50Ms <= latency.maxMs);
  const { stdout } = await runKctl(words, { env: cluster.env });
  assert.match(stdout, /99\.9 %/);
  assert.match(stdout, /█/);
});

test('the suite plays its cases, and leaves no topic behind', async () => {
  const cluster = await sharedCluster();
  const suite = await perf(cluster, ['perf', 'suite', '--num-records', '5000', '--latency-records', '20']);
  assert.deepEqual(
    suite.items.map(({ publishedRecordsPerSec }: JsonDocument) => publishedRecordsPerSec),
    [821_557, 786_980, 421_823, 2_024_032, 940_521, 2_615_968, null],
  );
  for (const { name, recordsPerSec, latency } of suite.items)
    assert.ok(recordsPerSec ?? latency, `${name}: ${JSON.stringify(suite)}`);
  const left = await runKctl(['topics', 'list', 'kctl-perf-*', '-o', 'name'], { env: cluster.env });
  assert.equal(left.stdout, '');
});

test('advice measures what it is not given', async () => {
  const cluster = await sharedCluster();
  const words = ['topics', 'advise', '--target-throughput', '1GB', '--num-records', '20000'];
  const advice = await perf(cluster, [...words, '--consumer-throughput', '100MB']);
  assert.equal(advice.consumer.source, 'given');
  assert.equal(advice.consumer.partitions, 10);
  assert.equal(advice.producer.source, 'measured');
  assert.equal(advice.partitions, Math.max(10, advice.producer.partitions));
});

test('a topic that there is not, and a topic that stays empty', async () => {
  const cluster = await sharedCluster();
  for (const command of ['produce', 'consume', 'latency']) {
    const { code } = await runKctl(['perf', command, randomName('none')], { env: cluster.env });
    assert.equal(code, 4, command);
  }
  const topic = await makeTopic(cluster, 1);
  const { records, warnings } = await perf(cluster, ['perf', 'consume', topic, '--idle-timeout', '1s']);
  assert.equal(records, 0);
  assert.match(warnings[0], /0 of 1000000 records came/);
});
