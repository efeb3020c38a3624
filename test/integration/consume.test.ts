import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCluster } from '../../src/cluster/index.js';
import { deleteRecords } from '../../src/protocol/messages/delete-records.js';
import { sharedCluster, sharedClusters } from '../support/cluster.js';
import { runKctl, startKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import { assertDocument } from '../support/schemas.js';
import { makeTopic, produce } from '../support/topics.js';
import { leaderOf, writeTransaction } from '../support/transactions.js';

const oddLines = Buffer.concat([
  Buffer.from('plain\n\n tabs\tand spaces \nPrüfung 🍺\n'),
  Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x0a]),
  Buffer.from(`${'long'.repeat(50_000)}\nlast\n`),
]);

for (const [mode, open] of sharedClusters) {
  test(`${mode}: prints byte for byte what Kafka's console consumer prints`, async () => {
    const cluster = await open();
    const topic = await makeTopic(cluster, 1);
    await produce(cluster, topic, oddLines);
    // Its exit code says nothing here: it ends inside its own catch-all.
    await runTool(
      'consoleProducer',
      ['--bootstrap-server', cluster.bootstrapServers, '--topic', topic, '--compression-codec', 'lz4'],
      'of Kafka 1\nof Kafka 2\n',
    );
    const kctl = await runKctl(['console-consumer', '--topic', topic, '--from-beginning', '--exit-at-end'], {
      env: cluster.env,
    });
    const kafka = await runTool('consoleConsumer', [
      ...['--bootstrap-server', cluster.bootstrapServers, '--topic', topic],
      ...['--from-beginning', '--max-messages', '9', '--timeout-ms', '20000'],
    ]);
    assert.equal(kctl.code, 0, kctl.stderr);
    assert.deepEqual(kctl.bytes, Buffer.concat([oddLines, Buffer.from('of Kafka 1\nof Kafka 2\n')]));
    assert.deepEqual(kctl.bytes, kafka.stdout);
    assert.match(kctl.stderr, /^9 records read$/m);
  });

  test(`${mode}: follows from the end until enough records came`, async () => {
    const cluster = await open();
    const topic = await makeTopic(cluster, 3);
    await produce(cluster, topic, 'before\n');
    const following = startKctl(['consume', topic, '--max-messages', '2', '-v'], { env: cluster.env });
    await following.waitFor(
      () => (following.stderr().match(/: from \d+ on/g) ?? []).length === 3,
      'the start',
    );
    await produce(cluster, topic, 'one\ntwo\n', ['--partition', '1']);
    const { code, stdout } = await following.finished;
    assert.deepEqual([code, stdout], [0, 'one\ntwo\n']);
  });
}

test('positions: from an offset, behind the beginning, before the end, one partition of several', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 2);
  await produce(cluster, topic, 'a\nb\nc\nd\n', ['--partition', '1']);
  await produce(cluster, topic, 'z\n', ['--partition', '0']);
  const read = async (...flags: string[]) => {
    const words = ['consume', topic, '--exit-at-end', '--format', '{partition}{offset}{value}', ...flags];
    const { code, stdout, stderr } = await runKctl(words, { env: cluster.env });
    assert.equal(code, 0, stderr);
    return stdout.split('\n').filter(Boolean).sort().join(' ');
  };
  assert.equal(await read(), '00z 10a 11b 12c 13d');
  assert.equal(await read('--partition', '1'), '10a 11b 12c 13d');
  assert.equal(await read('--partition', '1', '--partition', '0', '--offset', '-1'), '00z 13d');
  assert.equal(await read('--partition', '1', '--offset', '2'), '12c 13d');
  assert.equal(await read('--offset', '+1'), '11b 12c 13d');
  assert.equal(await read('--offset', 'latest'), '');
  assert.equal(await read('--partition', '1', '--max-messages', '1'), '10a');
});

test('records deleted before the position are passed over with a word', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 1);
  await produce(cluster, topic, 'a\nb\nc\n');
  const { wire, close } = await openCluster({ 'bootstrap-server': cluster.bootstrapServers }, {});
  const leader = await leaderOf(wire, topic);
  const topics = [{ name: topic, partitions: [{ partitionIndex: 0, offset: 2n }] }];
  await wire.request(deleteRecords, { topics, timeoutMs: 5000 }, { broker: leader });
  await close();
  const words = ['consume', topic, '--offset', '0', '--exit-at-end'];
  const { code, stdout, stderr } = await runKctl(words, { env: cluster.env });
  assert.deepEqual([code, stdout], [0, 'c\n']);
  assert.match(stderr, /records from 0 to 1 are gone; going on at 2/);
});

test('a transaction’s end marker is no record, and the end of the topic; aborted records are left out', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 1);
  const { wire, close } = await openCluster({ 'bootstrap-server': cluster.bootstrapServers }, {});
  await writeTransaction(wire, topic, ['kept'], true);
  await writeTransaction(wire, topic, ['aborted 1', 'aborted 2'], false);
  await close();
  const read = async (isolation: string) => {
    const words = [
      'consume',
      topic,
      '--exit-at-end',
      '--isolation-level',
      isolation,
      '--format',
      '{offset} {value}',
    ];
    const { code, stdout, stderr } = await runKctl(words, { env: cluster.env });
    assert.equal(code, 0, stderr);
    return stdout;
  };
  assert.equal(await read('read_committed'), '0 kept\n');
  assert.equal(await read('read_uncommitted'), '0 kept\n2 aborted 1\n3 aborted 2\n');
  const kafka = await runTool('consoleConsumer', [
    ...['--bootstrap-server', cluster.bootstrapServers, '--topic', topic, '--from-beginning'],
    ...['--max-messages', '1', '--timeout-ms', '20000', '--isolation-level', 'read_committed'],
  ]);
  assert.equal(kafka.stdout.toString(), 'kept\n');
});

test('-o json gives a document a line, and null is not empty', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 1);
  await produce(cluster, topic, Buffer.from([...Buffer.from('k=v\nk=\nk='), 0xff, 0x0a]), [
    '--key-separator',
    '=',
  ]);
  const { code, stdout } = await runKctl(['consume', topic, '--exit-at-end', '-o', 'json'], {
    env: cluster.env,
  });
  assert.equal(code, 0);
  const records = stdout
    .trimEnd()
    .split('\n')
    .map((line) => assertDocument(line, 'Record'));
  assert.deepEqual(
    records.map(({ kind, version, topic: name, partition, offset, key, value, valueEncoding }) => [
      ...[kind, version, name === topic, partition, offset, key, value, valueEncoding],
    ]),
    [
      ['Record', 1, true, 0, 0, 'k', 'v', undefined],
      ['Record', 1, true, 0, 1, 'k', '', undefined],
      ['Record', 1, true, 0, 2, 'k', '/w==', 'base64'],
    ],
  );
  for (const { timestamp, timestampType } of records) {
    assert.equal(timestampType, 'CreateTime');
    assert.ok(Math.abs(Date.now() - timestamp) < 600_000);
  }
});

test('a reader that closes early ends it quietly with 0', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 1);
  await produce(cluster, topic, `${'x'.repeat(99)}\n`.repeat(50_000));
  const reading = startKctl(['consume', topic, '--from-beginning'], { env: cluster.env });
  reading.process.stdout.once('data', () => reading.process.stdout.destroy());
  const { code, stderr } = await reading.finished;
  assert.deepEqual([code, stderr], [0, '']);
});

const faults: Array<[what: string, flags: string[], code: number, message: RegExp]> = [
  ['a topic that does not exist', ['no-such-topic-at-all'], 4, /there is no topic no-such-topic-at-all/],
  ['no topic', [], 2, /no topic was named/],
  ['an unknown field', ['t', '--format', '{ofset}'], 2, /Did you mean \{offset\}/],
  ['a bad offset', ['t', '--offset', 'begin'], 2, /"begin" is not an offset/],
  ['an offset and a group', ['t', '--offset', '1', '--group', 'g'], 2, /--group/],
  ['no message', ['t', '--max-messages', '0'], 2, /max-messages|integer/i],
  ['a table', ['t', '-o', 'yaml'], 2, /yaml/],
];
for (const [what, flags, expected, message] of faults) {
  test(`${what}: exit ${expected}`, async () => {
    const cluster = await sharedCluster();
    const { code, stdout, stderr } = await runKctl(['consume', ...flags], { env: cluster.env });
    assert.deepEqual([code, stdout], [expected, ''], stderr);
    assert.match(stderr, message);
    assert.ok(stderr.trimEnd().split('\n').length <= 3, stderr);
  });
}

test('a misspelt topic is told what may have been meant, a wrong partition what there is', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 2);
  const misspelt = await runKctl(['consume', `${topic.slice(0, -1)}_`], { env: cluster.env });
  assert.deepEqual([misspelt.code, misspelt.stderr.includes(topic)], [4, true], misspelt.stderr);
  const wrong = await runKctl(['consume', topic, '--partition', '2'], { env: cluster.env });
  assert.equal(wrong.code, 4);
  assert.match(wrong.stderr, /has no partition 2\n.*0 to 1/);
});
