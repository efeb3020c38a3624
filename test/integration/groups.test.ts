import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedClusters, sharedKraftCluster, type TestCluster } from '../support/cluster.js';
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

test('KIP-848 groups are told apart, described, and their lag known', async () => {
  const cluster = await sharedKraftCluster();
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
