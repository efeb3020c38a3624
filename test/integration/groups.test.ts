import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { test } from 'node:test';
import {
  isAtLeast,
  sharedCluster,
  sharedClusters,
  sharedKraftCluster,
  type TestCluster,
} from '../support/cluster.js';
import { holds, interrupt, join } from '../support/groups.js';
import { randomName, runKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import { assertDocument, type JsonDocument } from '../support/schemas.js';
import { makeTopic, numbers, produce } from '../support/topics.js';

/** Runs a command of groups and holds its document to its schema. */
async function groups(cluster: TestCluster, words: string[], expected = 0): Promise<JsonDocument> {
  const { code, stdout, stderr } = await runKctl(['groups', ...words, '-o', 'json'], { env: cluster.env });
  assert.equal(code, expected, stderr);
  return assertDocument(stdout);
}

/** The rows of ConsumerGroupCommand, each a list of words. */
async function theirs(cluster: TestCluster, words: string[]): Promise<string[][]> {
  const { stdout, stderr } = await runTool('consumerGroups', [
    '--bootstrap-server',
    cluster.bootstrapServers,
    ...words,
  ]);
  assert.doesNotMatch(stdout.toString(), /^Error:/m, stderr);
  return stdout
    .toString()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((row) => row.length > 1);
}

/** A group with committed offsets and no member: partition 0 read to its end, partition 1 not. */
async function makeGroup(cluster: TestCluster): Promise<{ topic: string; group: string }> {
  const topic = await makeTopic(cluster, 2);
  const group = randomName('barflies');
  for (const partition of [0, 1])
    await produce(cluster, topic, numbers(1, 10), ['--partition', String(partition)]);
  const words = ['consume', topic, '--group', group, '--exit-at-end'];
  const { code, stderr } = await runKctl(words, { env: cluster.env });
  assert.equal(code, 0, stderr);
  await produce(cluster, topic, numbers(11, 15), ['--partition', '1']);
  return { topic, group };
}

for (const [mode, open] of sharedClusters) {
  test(`${mode}: list, describe and lag say what ConsumerGroupCommand says`, async () => {
    const cluster = await open();
    const { topic, group } = await makeGroup(cluster);
    const running = randomName('barflies');
    const member = join(cluster, topic, running, ['--from-beginning', '--commit', 'each']);
    await holds(member, 2);
    await member.waitFor((stdout) => stdout.split('\n').length > 25, 'all records');

    const list = await groups(cluster, ['list', group, running]);
    const states = new Map(
      (await theirs(cluster, ['--list', '--state'])).map(([name, state]) => [name, state]),
    );
    assert.equal(list.items.length, 2);
    for (const item of list.items) assert.equal(item.state, states.get(item.group), item.group);
    assert.deepEqual((await groups(cluster, ['list', running, '--state', 'empty'])).items, []);

    for (const name of [group, running]) {
      const [item] = (await groups(cluster, ['describe', name])).items;
      const rows = (await theirs(cluster, ['--describe', '--group', name])).filter(
        ([first]) => first === name,
      );
      const own = item.partitions.map((at: JsonDocument) =>
        [name, at.topic, at.partition, at.committedOffset, at.logEndOffset, at.lag, at.memberId ?? '-'].map(
          String,
        ),
      );
      assert.deepEqual(
        own,
        rows.map((row) => row.slice(0, 7)).sort((a, b) => Number(a[2]) - Number(b[2])),
      );
    }
    const [item] = (await groups(cluster, ['describe', running])).items;
    assert.deepEqual([item.state, item.members.length, item.members[0].assignment.length], ['Stable', 1, 2]);
    assert.equal(item.members[0].host, '127.0.0.1');

    const byPartition = (await groups(cluster, ['lag', group, '--by', 'partition', '--time'])).items;
    assert.deepEqual(
      byPartition.map(({ partition, lag }: JsonDocument) => [partition, lag]),
      [
        [0, 0],
        [1, 5],
      ],
    );
    assert.equal(byPartition[0].lagMs, 0);
    assert.ok(byPartition[1].lagMs > 0 && byPartition[1].lagMs < 120_000, String(byPartition[1].lagMs));
    assert.deepEqual(
      (await groups(cluster, ['lag', group, running, '--min', '1'])).items.map((at: JsonDocument) => [
        at.group,
        at.lag,
      ]),
      [[group, 5]],
    );
    await groups(cluster, ['lag', group, '--max-lag', '5']);
    const tooFar = await groups(cluster, ['lag', group, '--max-lag', '4'], 5);
    assert.equal(tooFar.errors[0].code, 'LAG_TOO_LARGE');
    await interrupt(member);
  });
}

test('a group that is not there is not found, with the nearest name', async () => {
  const cluster = await sharedKraftCluster();
  const { group } = await makeGroup(cluster);
  const { code, stderr } = await runKctl(['groups', 'describe', group.slice(0, -1)], { env: cluster.env });
  assert.equal(code, 4);
  assert.match(stderr, new RegExp(`there is no group [\\s\\S]*${group}`));
});

test('KIP-848 groups are told apart, described, and their lag known', async (t) => {
  const cluster = await sharedKraftCluster();
  if (!isAtLeast(cluster, '4.0'))
    return t.skip('before 4.0 they are refused, which group-protocols.test.ts holds');
  const topic = await makeTopic(cluster, 2);
  const group = randomName('barflies');
  const member = join(cluster, topic, group, ['--group-protocol', 'consumer', '--from-beginning']);
  await holds(member, 2);
  const [listed] = (await groups(cluster, ['list', group, '--type', 'consumer'])).items;
  assert.deepEqual([listed.type, listed.state], ['consumer', 'Stable']);
  const [item] = (await groups(cluster, ['describe', group])).items;
  assert.deepEqual([item.protocol, item.members[0].assignment.length], ['uniform', 2]);
  assert.ok(item.epoch > 0 && item.members[0].epoch > 0);
  await interrupt(member);
});

for (const [mode, open] of sharedClusters) {
  test(`${mode}: reset sets what ConsumerGroupCommand would set, and each sees what the other did`, async () => {
    const cluster = await open();
    const { topic, group } = await makeGroup(cluster);
    const both = await makeGroup(cluster);
    const at = new Date(Date.now() - 3_600_000).toISOString();
    const targets: string[][] = [
      ['--to-earliest'],
      ['--to-latest'],
      ['--to-offset', '12'],
      ['--shift-by', '-3'],
      ['--shift-by', '100'],
      ['--to-datetime', `${at.slice(0, -1)}`],
      ['--by-duration', 'PT1H'],
      ['--to-current'],
    ];
    for (const target of targets) {
      const plan = await groups(cluster, ['reset', group, '--topic', topic, ...target, '--dry-run']);
      const words = ['--reset-offsets', '--group', group, '--topic', topic, ...target, '--dry-run'];
      // It puts all rows into one line.
      const fields = (await theirs(cluster, words)).flat();
      const cells = fields.slice(fields.indexOf('NEW-OFFSET') + 1);
      const rows = Array.from({ length: cells.length >> 2 }, (_, row) => cells.slice(4 * row, 4 * row + 4));
      assert.deepEqual(
        plan.items.map((item: JsonDocument) => [item.partition, item.newOffset].map(String)),
        rows
          .filter(([first]) => first === group)
          .map((row) => row.slice(2))
          .sort(),
        target.join(' '),
      );
    }
    const done = await groups(cluster, ['reset', group, '--all-topics', '--shift-by', '-3', '--yes']);
    assert.deepEqual(
      done.items.map((item: JsonDocument) => [item.oldOffset, item.newOffset, item.difference, item.result]),
      [
        [10, 7, -3, 'reset'],
        [10, 7, -3, 'reset'],
      ],
    );
    const offsets = async () =>
      (await theirs(cluster, ['--describe', '--group', group]))
        .filter(([first]) => first === group)
        .map((row) => row[3])
        .join(' ');
    assert.equal(await offsets(), '7 7');
    await theirs(cluster, [
      '--reset-offsets',
      '--group',
      group,
      '--topic',
      topic,
      '--to-offset',
      '4',
      '--execute',
    ]);
    const exported = await groups(cluster, ['export', group]);
    assert.deepEqual(
      exported.items.map(({ offset }: JsonDocument) => offset),
      [4, 4],
    );
    assert.equal(statSync(done.undoFile).mode & 0o777, 0o600);
    await groups(cluster, ['reset', '--from-file', done.undoFile, '--yes']);
    assert.equal(await offsets(), '10 10');

    const copy = randomName('barflies');
    await groups(cluster, ['reset', copy, '--like', both.group, '--yes'], 4);
    await groups(cluster, ['reset', copy, '--like', both.group, '--create', '--yes']);
    const [item] = (await groups(cluster, ['describe', copy])).items;
    assert.deepEqual(
      item.partitions.map(({ committedOffset }: JsonDocument) => committedOffset),
      [10, 10],
    );
  });

  test(`${mode}: live members are named and nothing is changed; they can be taken out`, async () => {
    const cluster = await open();
    const topic = await makeTopic(cluster, 1);
    const group = randomName('barflies');
    const member = join(cluster, topic, group, ['--group-instance-id', 'bar-1', '--session-timeout', '60s']);
    await holds(member, 1);
    const reset = ['reset', group, '--topic', topic, '--to-earliest', '--yes'];
    const { code, stderr } = await runKctl(['groups', ...reset], { env: cluster.env });
    assert.equal(code, 1);
    assert.match(stderr, /1 live member: kctl at 127\.0\.0\.1/);
    const deleting = await groups(cluster, ['delete', group, '--yes'], 1);
    assert.equal(deleting.errors[0].code, 'NON_EMPTY_GROUP');
    assert.equal(
      (await groups(cluster, ['delete', group, '--dry-run'], 1)).errors[0].code,
      'NON_EMPTY_GROUP',
    );
    await interrupt(member);
    assert.equal((await groups(cluster, ['remove-members', group, 'bar-2', '--yes'], 4)).items.length, 0);
    const [removed] = (await groups(cluster, ['remove-members', group, 'bar-1', '--yes'])).items;
    assert.deepEqual([removed.result, removed.instanceId], ['removed', 'bar-1']);
    const described = (await groups(cluster, ['describe', group])).items;
    assert.deepEqual(described[0].members, []);
    await groups(cluster, reset);
  });

  test(`${mode}: offsets and groups are deleted as ConsumerGroupCommand deletes them`, async () => {
    const cluster = await open();
    const [{ topic, group }, other] = [await makeGroup(cluster), await makeGroup(cluster)];
    const removed = await groups(cluster, ['delete-offsets', group, `${topic}:0`, '--yes']);
    assert.deepEqual(
      removed.items.map(({ partition, result }: JsonDocument) => [partition, result]),
      [[0, 'offset deleted']],
    );
    const rows = (await theirs(cluster, ['--describe', '--group', group])).filter(
      ([first]) => first === group,
    );
    assert.deepEqual(
      rows.map((row) => row[2]),
      ['1'],
    );
    await theirs(cluster, ['--delete-offsets', '--group', other.group, '--topic', `${other.topic}:0`]);
    assert.equal((await groups(cluster, ['export', other.group])).items.length, 1);
    await groups(cluster, ['delete-offsets', group, 'kctl-no-such-topic', '--yes'], 4);
    await groups(cluster, ['delete', group, '--yes']);
    const names = (await theirs(cluster, ['--list', '--state'])).map(([name]) => name);
    assert.ok(!names.includes(group) && names.includes(other.group));
    await theirs(cluster, ['--delete', '--group', other.group]);
    await groups(cluster, ['describe', other.group], 4);
  });
}

test('peek shows the records around the committed offset', async () => {
  const cluster = await sharedKraftCluster();
  const { topic, group } = await makeGroup(cluster);
  const peeked = await groups(cluster, ['peek', group, '--before', '2', '--after', '2']);
  assert.deepEqual(
    peeked.items.map((at: JsonDocument) => [at.topic, at.partition, at.offset, at.distance, at.value]),
    [
      [topic, 0, 8, -2, '9'],
      [topic, 0, 9, -1, '10'],
      [topic, 1, 8, -2, '9'],
      [topic, 1, 9, -1, '10'],
      [topic, 1, 10, 0, '11'],
      [topic, 1, 11, 1, '12'],
    ],
  );
});

test('a share group cannot be made where brokers do not know of any', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 1);
  const words = [
    'reset',
    randomName('sharing'),
    '--topic',
    topic,
    '--to-earliest',
    '--create',
    '--type',
    'share',
  ];
  const { errors } = await groups(cluster, [...words, '--yes'], 1);
  assert.equal(errors[0].code, 'UNSUPPORTED_VERSION');
});

test('a file that lists no offsets, and words that leave open what is meant', async () => {
  const cluster = await sharedKraftCluster();
  const { group } = await makeGroup(cluster);
  const run = (words: string[], input = '') =>
    runKctl(['groups', 'reset', group, ...words, '--yes'], { env: cluster.env, input });
  for (const words of [[], ['--to-earliest'], ['--to-earliest', '--to-latest', '--all-topics']])
    assert.equal((await run(words)).code, 2, words.join(' '));
  for (const text of ['a,b\n', 'a,0,x\n', 'a,-1,3\n', '{"items":3}'])
    assert.equal((await run(['--from-file', '-'], text)).code, 2, text);
});
