import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { openCluster } from '../../src/cluster/index.js';
import { CODECS } from '../../src/protocol/compression.js';
import { sharedCluster } from '../support/cluster.js';
import { eventually, runKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import { makeTopic, numbers, produce } from '../support/topics.js';
import { writeTransaction } from '../support/transactions.js';

const cluster = await sharedCluster();
const { env, bootstrapServers } = cluster;
const recordCount = 300_000;

/** Kafka's own words and kctl's for the same: partition, offset and value of each record. */
async function compareWithKafka(topic: string, count: number, isolation = 'read_uncommitted') {
  const kafka = await runTool('consoleConsumer', [
    ...['--bootstrap-server', bootstrapServers, '--topic', topic, '--from-beginning'],
    ...['--isolation-level', isolation, '--timeout-ms', '20000', '--max-messages', String(count)],
    ...['--property', 'print.partition=true', '--property', 'print.offset=true'],
  ]);
  const format = 'Partition:{partition}\tOffset:{offset}\t{value}';
  const kctl = await runKctl(
    ['consume', topic, '--exit-at-end', '--isolation', isolation, '--format', format],
    { env, timeoutMs: 120_000 },
  );
  assert.equal(kctl.code, 0, kctl.stderr);
  const [ours, theirs] = [byPartition(kctl.stdout), byPartition(kafka.stdout.toString())];
  assert.deepEqual([...ours.keys()].sort(), [...theirs.keys()].sort());
  for (const [partition, lines] of ours) {
    // Not deepEqual: its message would hold hundreds of thousands of lines.
    assert.ok(lines.join('\n') === theirs.get(partition)?.join('\n'), `${topic}, ${partition}`);
  }
  const plain = await runKctl(['consume', topic, '--exit-at-end', '--isolation', isolation], { env });
  assert.equal(plain.stdout.split('\n').sort().join('\n'), valuesOf(kctl.stdout));
  assert.equal(kctl.stdout.split('\n').length - 1, count);
}

/** In the order in which they came. */
function byPartition(text: string): Map<string, string[]> {
  const partitions = new Map<string, string[]>();
  for (const line of text.split('\n').slice(0, -1)) {
    const partition = line.slice(0, line.indexOf('\t'));
    const lines = partitions.get(partition);
    if (lines) lines.push(line);
    else partitions.set(partition, [line]);
  }
  return partitions;
}

function valuesOf(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/^Partition:\d+\tOffset:\d+\t/, ''))
    .sort()
    .join('\n');
}

for (const codec of CODECS) {
  test(`${codec}: every record, in order, as Kafka's consumer gives it`, async () => {
    const topic = await makeTopic(cluster, 3);
    await produce(cluster, topic, numbers(1, recordCount), ['--compression', codec]);
    await compareWithKafka(topic, recordCount);
  });

  test(`${codec}: what librdkafka wrote`, async (t) => {
    if (spawnSync('kcat', ['-V']).error) return t.skip('kcat is not installed');
    const topic = await makeTopic(cluster, 3);
    const input = numbers(1, recordCount);
    const words = ['-P', '-b', bootstrapServers, '-t', topic, '-z', codec, '-X', 'batch.num.messages=500'];
    assert.equal(spawnSync('kcat', words, { input }).status, 0);
    await compareWithKafka(topic, recordCount);
  });
}

test('transactions, aborted ones among them, up to the marker that ends the log', async () => {
  const topic = await makeTopic(cluster, 1);
  const { wire, close } = await openCluster({ 'bootstrap-server': bootstrapServers }, {});
  for (let n = 0; n < 20; n++) {
    const values = Array.from({ length: 50 }, (_, index) => `${n}:${index}`);
    await writeTransaction(wire, topic, values, n % 3 !== 0 && n !== 19);
  }
  await close();
  const aborted = 8;
  await compareWithKafka(topic, (20 - aborted) * 50, 'read_committed');
  await compareWithKafka(topic, 20 * 50);
});

test('an empty topic ends at once', async () => {
  const topic = await makeTopic(cluster, 3);
  const { code, stdout, stderr } = await runKctl(['consume', topic, '--exit-at-end'], { env });
  assert.deepEqual([code, stdout], [0, ''], stderr);
});

test('a compacted topic, whose offsets have holes and whose last records may be gone', async () => {
  const topic = await makeTopic(cluster, 1, [
    ...['--config', 'cleanup.policy=compact', '--config', 'min.cleanable.dirty.ratio=0.01'],
    ...[
      '--config',
      'segment.ms=100',
      '--config',
      'delete.retention.ms=100',
      '--config',
      'segment.bytes=16384',
    ],
  ]);
  const lines = Array.from({ length: 20_000 }, (_, n) => `k${n % 100}:${n}\n`).join('');
  await produce(cluster, topic, lines, ['--key-separator', ':', '--batch-size', '1000']);
  const read = async () => (await runKctl(['consume', topic, '--exit-at-end', '-o', 'json'], { env })).stdout;
  await eventually('compaction', async () => (await read()).split('\n').length < 20_000, 120_000);
  // The cleaner may be at it still: both see the same once it rests.
  await eventually(
    "kctl's and Kafka's records to be the same",
    async () => {
      const lines = (await read()).trimEnd().split('\n');
      const kafka = await runTool('consoleConsumer', [
        ...[
          '--bootstrap-server',
          bootstrapServers,
          '--topic',
          topic,
          '--from-beginning',
          '--timeout-ms',
          '3000',
        ],
        ...['--property', 'print.offset=true'],
      ]);
      const ours = lines
        .map((line) => JSON.parse(line))
        .map(({ offset, value }) => `Offset:${offset}\t${value}\n`);
      return ours.join('') === kafka.stdout.toString();
    },
    120_000,
  );
});
