import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { defaultKafkaVersion, installKafka } from '../../src/cluster/local/engine.js';
import { findJava } from '../../src/cluster/local/java.js';
import type { ProduceSummary } from '../../src/records/produce-summary.js';
import { sharedCluster, sharedClusters, startCluster, type TestCluster } from '../support/cluster.js';
import { eventually, type Run, randomName, root, runKctl, startKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';

const isSummary = new Ajv2020().compile(
  JSON.parse(readFileSync(join(root, 'schemas', 'ProduceSummary.json'), 'utf8')) as object,
);

function summaryOf({ stdout }: Run): ProduceSummary {
  const summary = JSON.parse(stdout) as ProduceSummary;
  assert.ok(isSummary(summary), JSON.stringify(isSummary.errors));
  return summary;
}

async function makeTopic({ env }: TestCluster, partitions: number, configs: string[] = []): Promise<string> {
  const topic = randomName('produce');
  const words = configs.flatMap((config) => ['--config', config]);
  const { code, stderr } = await runKctl(
    ['topics', 'create', topic, '--partitions', String(partitions), ...words],
    { env },
  );
  assert.equal(code, 0, stderr);
  return topic;
}

function produce(
  { env }: TestCluster,
  topic: string,
  input: string | Buffer,
  flags: string[] = [],
): Promise<Run> {
  return runKctl(['console-producer', topic, '-o', 'json', ...flags], { env, input });
}

/** What Kafka's own console consumer reads, when it has read so many records. */
async function kafkaReads(
  cluster: TestCluster,
  topic: string,
  count: number,
  properties: string[] = [],
): Promise<Buffer> {
  const { code, stdout, stderr } = await runTool('consoleConsumer', [
    ...['--bootstrap-server', cluster.bootstrapServers, '--topic', topic, '--from-beginning'],
    ...['--max-messages', String(count), '--timeout-ms', '20000'],
    ...properties.flatMap((property) => ['--property', property]),
  ]);
  assert.equal(code, 0, stderr);
  return stdout;
}

/** Kafka's own console producer; until 4.0 its class is not among the other tools'. */
async function kafkaProduces(
  cluster: TestCluster,
  topic: string,
  input: string,
  properties: string[],
): Promise<void> {
  const { jars } = await installKafka(defaultKafkaVersion);
  const java = spawn((await findJava()).path, [
    ...['-XX:TieredStopAtLevel=1', '-cp', jars.join(':'), 'kafka.tools.ConsoleProducer'],
    ...['--bootstrap-server', cluster.bootstrapServers, '--topic', topic],
    ...properties.flatMap((property) => ['--property', property]),
  ]);
  java.stdin.end(input);
  java.stdout.resume();
  java.stderr.resume();
  const [code] = await once(java, 'close');
  assert.equal(code, 0);
}

/** Every value of a topic, as kctl's consumer reads them. */
async function valuesOf({ env }: TestCluster, topic: string): Promise<string[]> {
  const { code, stdout, stderr } = await runKctl(['consume', topic, '--from-beginning', '--exit-at-end'], {
    env,
  });
  assert.equal(code, 0, stderr);
  return stdout.split('\n').slice(0, -1);
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1));
const byNumber = (a: string, b: string) => Number(a) - Number(b);

const oddLines = Buffer.concat([
  Buffer.from('plain\n\n tabs\tand spaces \ncarriage return\r\nPrüfung 🍺\n'),
  Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x0a]),
  Buffer.from(`${'long'.repeat(50_000)}\n`),
  Buffer.from(randomBytes(20_000).map((byte) => (byte === 10 ? 11 : byte))),
  Buffer.from('\nthe last line without an end'),
]);
const oddCount = 9;

for (const [mode, open] of sharedClusters) {
  for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
    test(`${mode}, ${codec}: Kafka's console consumer reads byte for byte what went in`, async () => {
      const cluster = await open();
      const topic = await makeTopic(cluster, 1);
      const run = await produce(cluster, topic, oddLines, ['--compression', codec]);
      assert.equal(run.code, 0, run.stderr);
      const summary = summaryOf(run);
      assert.deepEqual(
        [summary.records, summary.bytes, summary.partitions],
        [
          oddCount,
          oddLines.length - (oddCount - 1),
          [{ partition: 0, records: oddCount, firstOffset: 0, lastOffset: oddCount - 1 }],
        ],
      );
      const read = await kafkaReads(cluster, topic, oddCount);
      assert.deepEqual(read, Buffer.concat([oddLines, Buffer.from('\n')]));
    });
  }

  test(`${mode}: a key goes where Kafka's own producer sends it`, async () => {
    const cluster = await open();
    const [ours, theirs] = [await makeTopic(cluster, 7), await makeTopic(cluster, 7)];
    const lines = numbers(60).map((number) => `key ${number}:${number}`);
    const input = `${lines.join('\n')}\n`;
    const { code, stderr } = await produce(cluster, ours, input, ['--key-separator', ':']);
    assert.equal(code, 0, stderr);
    await kafkaProduces(cluster, theirs, input, ['parse.key=true', 'key.separator=:']);
    const placed = async (topic: string) => {
      const read = await kafkaReads(cluster, topic, 60, ['print.partition=true', 'print.key=true']);
      return read.toString().split('\n').sort();
    };
    assert.deepEqual(await placed(ours), await placed(theirs));
  });

  for (const acks of ['all', '1', '0']) {
    test(`${mode}, acks ${acks}: every line arrives`, async () => {
      const cluster = await open();
      const topic = await makeTopic(cluster, 3);
      const lines = numbers(20_000);
      const run = await produce(cluster, topic, `${lines.join('\n')}\n`, ['--acks', acks]);
      assert.equal(run.code, 0, run.stderr);
      assert.equal(summaryOf(run).records, 20_000);
      assert.ok(summaryOf(run).batches >= 3, 'at least one a partition');
      assert.equal(summaryOf(run).partitions.length, 3);
      assert.deepEqual((await valuesOf(cluster, topic)).sort(byNumber), lines);
    });
  }
}

test('headers of every record and of each line are those that Kafka reads', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 1);
  const { code, stderr } = await produce(cluster, topic, 'a:1,b:2\tk=v\n', [
    ...['--headers', '--key-separator', '=', '--header', 'every=one', '--header', 'last=two'],
  ]);
  assert.equal(code, 0, stderr);
  const read = await kafkaReads(cluster, topic, 1, ['print.headers=true', 'print.key=true']);
  assert.equal(read.toString(), 'every:one,last:two,a:1,b:2\tk\tv\n');
});

test('records without a key go round all partitions, even one by one', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 3);
  const { code, stdout, stderr } = await runKctl(
    [
      'produce',
      topic,
      '--template',
      "Bier bought at '{now}'",
      '--count',
      '6',
      '--rate',
      '50/s',
      '-o',
      'json',
    ],
    { env: cluster.env },
  );
  assert.equal(code, 0, stderr);
  const { partitions, durationMs } = JSON.parse(stdout) as ProduceSummary;
  assert.deepEqual(
    partitions.map(({ partition }) => partition),
    [0, 1, 2],
    'on a busy machine two may go together',
  );
  assert.ok(durationMs >= 100, `six records at 50/s took ${durationMs} ms`);
  for (const value of await valuesOf(cluster, topic)) assert.match(value, /^Bier bought at '\d{4}-.*Z'$/);
});

test('more batches than there is memory for, none of them full, are sent before they have waited long enough', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 50);
  const lines = numbers(40_000).map((number) => `${number}\t${'x'.repeat(1000)}`);
  const flags = ['--key-separator', '\t', '--linger', '10m', '--batch-size', '1MB'];
  const run = await produce(cluster, topic, `${lines.join('\n')}\n`, flags);
  assert.equal(run.code, 0, run.stderr);
  assert.equal(summaryOf(run).records, 40_000);
});

const tooLong = `before\n${'x'.repeat(1_500_000)}\nafter\n`;

test('a line that the broker does not take is named, and the others go on when asked to', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 1);
  const run = await produce(cluster, topic, tooLong, ['--on-error', 'continue', '--batch-size', '4MB']);
  assert.equal(run.code, 1);
  const { records, refused, errors } = summaryOf(run);
  assert.deepEqual([records, refused], [2, 1]);
  assert.deepEqual(
    errors.map(({ subject, code }) => [subject, code]),
    [['line 2', 'MESSAGE_TOO_LARGE']],
  );
  assert.match(run.stderr, /line 2/);
  assert.deepEqual(await valuesOf(cluster, topic), ['before', 'after']);
});

test('a line that the broker does not take ends the reading otherwise', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 1);
  const running = startKctl(['produce', topic], { env: cluster.env });
  running.process.stdin.write(tooLong);
  const { code, stderr } = await running.finished;
  assert.equal(code, 1);
  assert.match(stderr, /error: line 2: .*\(MESSAGE_TOO_LARGE\)\n {2}.*max\.message\.bytes/);
});

test('a compacted topic refuses the records without a key, and only those', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 1, ['cleanup.policy=compact']);
  const run = await produce(cluster, topic, 'a\nb\n');
  assert.equal(run.code, 1);
  assert.deepEqual(summaryOf(run).errors[0]?.code, 'INVALID_RECORD');
  assert.equal(summaryOf(run).errors[0]?.subject, 'lines 1, 2');
  const keyed = await produce(cluster, topic, 'a:1\nwithout\nb:2\n', ['-K', ':', '--on-error', 'continue']);
  assert.equal(keyed.code, 1);
  assert.deepEqual([summaryOf(keyed).records, summaryOf(keyed).errors[0]?.subject], [2, 'line 2']);
});

test('what is wrong before the first line is told with its exit code', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 2);
  const missing = randomName('missing');
  const wrong: Array<[code: number, said: RegExp, words: string[]]> = [
    [4, new RegExp(`there is no topic ${missing}[\\s\\S]*kctl topics create ${missing}`), [missing]],
    [2, /"bad\/name" cannot be the name of a topic/, ['bad/name']],
    [4, /has no partition 2[\s\S]*0 to 1/, [topic, '--partition', '2']],
    [2, /no topic was named/, []],
    [2, /--template and files exclude each other/, [topic, 'file', '--template', '{n}']],
    [2, /"fast" is not a rate/, [topic, '--rate', 'fast']],
    [2, /no field \{when\}/, [topic, '--template', '{when}']],
    [1, /no such file/, [topic, join(root, missing)]],
  ];
  for (const [code, said, words] of wrong) {
    const run = await runKctl(['console-producer', ...words], { env: cluster.env, input: 'x\n' });
    assert.equal(run.code, code, `${words.join(' ')}: ${run.stderr}`);
    assert.match(run.stderr, said);
    assert.equal(run.stdout, '');
  }
  assert.deepEqual(await valuesOf(cluster, topic), []);
});

test('--create lets the broker make the topic', async () => {
  const cluster = await sharedCluster();
  const topic = randomName('made');
  const run = await produce(cluster, topic, 'first\n', ['--create']);
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual(await valuesOf(cluster, topic), ['first']);
});

test('Ctrl-C ends the input; what was accepted is delivered, and what is counted is there', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 3);
  const words = ['produce', topic, '--template', '{n}', '--rate', '5000/s', '-o', 'json'];
  const running = startKctl(words, { env: cluster.env });
  await eventually('the first record', async () => (await valuesOf(cluster, topic)).length > 0);
  running.process.kill('SIGINT');
  const run = await running.finished;
  assert.equal(run.code, 130, run.stderr);
  const { records, unacknowledged, errors } = summaryOf(run);
  assert.deepEqual([unacknowledged, errors], [0, []]);
  assert.deepEqual((await valuesOf(cluster, topic)).sort(byNumber), numbers(records));
});

test('Ctrl-C while standard input is silent: the complete lines are delivered', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 1);
  const running = startKctl(['produce', topic], { env: cluster.env });
  running.process.stdin.write('one\ntwo\nincompl');
  await eventually('the lines', async () => (await valuesOf(cluster, topic)).length === 2);
  running.process.kill('SIGINT');
  const { code, stdout, stderr } = await running.finished;
  assert.deepEqual([code, stdout], [130, '']);
  assert.match(stderr, /^2 records \(6 bytes, 1 batch\) to /m);
  assert.deepEqual(await valuesOf(cluster, topic), ['one', 'two']);
});

test('brokers killed under a producer: each record is there once, in order', async () => {
  const cluster = await startCluster(['--brokers', '3']);
  const topic = randomName('failover');
  const created = await runKctl(
    [
      'topics',
      'create',
      topic,
      '--partitions',
      '3',
      '--replication-factor',
      '3',
      '--config',
      'min.insync.replicas=2',
    ],
    { env: cluster.env },
  );
  assert.equal(created.code, 0, created.stderr);
  const words = [
    'produce',
    topic,
    '--template',
    '{n}',
    '--rate',
    '3000/s',
    '--batch-size',
    '2KB',
    '-o',
    'json',
  ];
  const running = startKctl(words, { env: cluster.env, timeoutMs: 120_000 });
  // A partition without a leader for a moment makes the consumer's exit code 1: the others count.
  const count = async () => {
    const words = ['consume', topic, '--from-beginning', '--exit-at-end'];
    return (await runKctl(words, { env: cluster.env })).stdout.split('\n').length - 1;
  };
  await eventually('the first records', async () => (await count()) > 1000);
  for (const broker of ['1', '2']) {
    const killed = await runKctl(['local', 'kill', 'broker', broker, '--name', cluster.name]);
    assert.equal(killed.code, 0, killed.stderr);
    const before = await count();
    await eventually('records after the kill', async () => (await count()) > before + 1000, 60_000);
    const back = await runKctl(['local', 'start', 'broker', broker, '--name', cluster.name]);
    assert.equal(back.code, 0, back.stderr);
  }
  running.process.kill('SIGINT');
  const run = await running.finished;
  assert.equal(run.code, 130, run.stderr);
  const { records, unacknowledged, errors } = summaryOf(run);
  assert.deepEqual([unacknowledged, errors], [0, []]);
  const values = await valuesOf(cluster, topic);
  assert.deepEqual([...values].sort(byNumber), numbers(records));
});

test('a broker that stays away ends the producer at the deadline with exit 3 and how far it came', async () => {
  const cluster = await startCluster();
  const topic = await makeTopic(cluster, 1);
  const words = ['produce', topic, '--delivery-timeout', '2s'];
  const running = startKctl(words, { env: cluster.env });
  running.process.stdin.write('one\ntwo\n');
  await eventually('the lines', async () => (await valuesOf(cluster, topic)).length === 2);
  const killed = await runKctl(['local', 'kill', 'broker', '1', '--name', cluster.name]);
  assert.equal(killed.code, 0, killed.stderr);
  running.process.stdin.write('three\nfour\nfive\n');
  const { code, stderr } = await running.finished;
  assert.equal(code, 3, stderr);
  assert.match(stderr, /^2 records /m);
  assert.match(stderr, /not delivered within 2 s: .*2 acknowledged, 3 not; every line through 2 is settled/);
});
