import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAtLeast, sharedClusters, type TestCluster } from '../support/cluster.js';
import { randomName, runKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import { assertDocument, type JsonDocument } from '../support/schemas.js';
import { makeTopic, numbers, produce } from '../support/topics.js';

/** What kctl prints of a topic of Kafka's own, a document a line. */
async function consume(cluster: TestCluster, topic: string, flags: string[]): Promise<JsonDocument[]> {
  const words = ['consume', topic, '--exit-at-end', ...flags];
  const { code, stdout, stderr } = await runKctl(words, { env: cluster.env });
  assert.equal(code, 0, stderr);
  return lines(stdout);
}

const lines = (text: string): JsonDocument[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** What Kafka's console consumer prints of one partition; in 4.x without line feeds, in 3.9 with numbers as text. */
async function theirs(
  { bootstrapServers, kafkaVersion }: TestCluster,
  topic: string,
  partition: number,
  formatter: string,
  records: number,
): Promise<unknown[]> {
  const where = ['--bootstrap-server', bootstrapServers, '--topic', topic, '--partition', `${partition}`];
  const what = ['--offset', 'earliest', '--max-messages', String(records), '--timeout-ms', '60000'];
  const { stdout, stderr } = await runTool(
    'consoleConsumer',
    [...where, ...what, '--formatter', `org.apache.kafka.tools.consumer.${formatter}`],
    '',
    kafkaVersion,
  );
  const found = stdout.toString().match(/\{"key":\{(?:(?!\{"key":\{).)*\}/g) ?? [];
  const printed = found.map((line): JsonDocument => JSON.parse(line));
  assert.notEqual(printed.length, 0, stderr);
  return printed.map(({ key, value }) => ({
    key: { type: Number(key.type ?? key.version), data: key.data },
    value: value && { version: Number(value.version), data: value.data },
  }));
}

for (const [mode, open] of sharedClusters) {
  test(`${mode}: what Kafka keeps of groups and transactions is shown as Kafka's formatters do`, async (t) => {
    const cluster = await open();
    if (!isAtLeast(cluster, '3.9.0')) return t.diagnostic('its formatters print another form');
    const topic = await makeTopic(cluster, 2);
    const [group, id] = [randomName('barflies'), randomName('till')];
    await produce(cluster, topic, numbers(1, 10), ['--transactional-id', id]);
    await consume(cluster, topic, ['--group', group]);

    const offsets = await consume(cluster, '__consumer_offsets', [
      ...['-o', 'ndjson', '--where', `key.data.group == "${group}"`],
    ]);
    for (const record of offsets) assertDocument(JSON.stringify(record));
    const commits = offsets.filter(({ key }) => key.name === 'OffsetCommit');
    const last = new Map(commits.map(({ key, value }) => [key.data.partition, value.data.offset]));
    assert.equal(
      [...last.values()].reduce((sum, offset) => sum + offset, 0),
      11,
    );

    const kinds = [
      { stored: '__consumer_offsets', formatter: 'OffsetsMessageFormatter', key: 'group', name: group },
      { stored: '__consumer_offsets', formatter: 'GroupMetadataMessageFormatter', key: 'group', name: group },
      {
        ...{ stored: '__transaction_state', formatter: 'TransactionLogMessageFormatter' },
        ...{ key: 'transactionalId', name: id },
      },
    ];
    for (const { stored, formatter, key, name } of kinds) {
      const where = ['--where', `key.data.${key} == "${name}"`];
      const [first] = await consume(cluster, stored, ['-o', 'ndjson', ...where, '--first']);
      assert.ok(first, formatter);
      const partition = ['--partition', String(first.partition)];
      const all = await consume(cluster, stored, [...partition, '-o', 'ndjson']);
      const own = await consume(cluster, stored, [...partition, '--formatter', formatter]);
      const expected = await theirs(cluster, stored, first.partition, formatter, all.length);
      // Others use the same cluster: what was written between the readings is in one of them only.
      const both = Math.min(own.length, expected.length);
      assert.deepEqual(own.slice(0, both), expected.slice(0, both), formatter);
    }
  });
}

test('records of the new groups are decoded, all of them', async (t) => {
  const [, open] = sharedClusters[1] ?? assert.fail();
  const cluster = await open();
  if (!isAtLeast(cluster, '4.0.0')) return t.diagnostic('before 4.0 such groups are off');
  const topic = await makeTopic(cluster, 2);
  const group = randomName('barflies');
  await produce(cluster, topic, numbers(1, 10));
  await consume(cluster, topic, ['--group', group, '--group-protocol', 'consumer']);
  const where = ['--where', `key.data.groupId == "${group}"`];
  const records = await consume(cluster, '__consumer_offsets', [
    '-o',
    'ndjson',
    '--on-error',
    'fail',
    ...where,
  ]);
  const names = new Set(records.map(({ key }) => key.name));
  for (const name of [
    'ConsumerGroupMetadata',
    'ConsumerGroupMemberMetadata',
    'ConsumerGroupTargetAssignmentMetadata',
    'ConsumerGroupTargetAssignmentMember',
    'ConsumerGroupCurrentMemberAssignment',
  ])
    assert.ok(names.has(name), `no record ${name}`);
  const member = records.find(({ key, value }) => key.name === 'ConsumerGroupMemberMetadata' && value);
  assert.deepEqual(member?.value.data.subscribedTopicNames, [topic]);
});

test('a formatter that there is not is refused with those that there are', async () => {
  const words = ['consume', '__consumer_offsets', '--formatter', 'kafka.tools.Nonsense', '-b', '127.0.0.1:1'];
  const { code, stderr } = await runKctl(words);
  assert.equal(code, 2);
  assert.match(stderr, /not a formatter[\s\S]*OffsetsMessageFormatter/);
});
