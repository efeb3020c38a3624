import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kraftVersion, sharedKraftCluster, type TestCluster } from '../support/cluster.js';
import { eventually, randomName } from '../support/kctl.js';
import { runTool, type tools } from '../support/oracle/oracle.js';
import type { JsonDocument } from '../support/schemas.js';
import { sessionOf } from '../support/session.js';
import { makeTopic, numbers, produce } from '../support/topics.js';

/** The rows of one of the tools of Kafka 4.3, without their header. */
async function apache(
  cluster: TestCluster,
  tool: keyof typeof tools,
  ...words: string[]
): Promise<string[][]> {
  const server = ['--bootstrap-server', cluster.bootstrapServers];
  const run = await runTool(tool, [...server, ...words], '', kraftVersion);
  assert.equal(run.code, 0, run.stderr);
  const rows = run.stdout
    .toString()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return rows.filter((row) => row.length > 2 && row[0] !== 'GROUP');
}

test('groups of every kind are as GroupsCommand lists them, and share groups as ShareGroupCommand describes them', async () => {
  const cluster = await sharedKraftCluster();
  const { done, kctl } = sessionOf(() => cluster);
  const topic = await makeTopic(cluster, 2);
  const share = randomName('sharing');
  for (const partition of ['0', '1'])
    await produce(cluster, topic, numbers(1, 10), ['--partition', partition]);
  for (const protocol of ['classic', 'consumer']) {
    const words = ['--group', randomName(protocol), '--group-protocol', protocol, '--exit-at-end'];
    const { code, stderr } = await kctl('consume', topic, ...words);
    assert.equal(code, 0, stderr);
  }
  await done('configs', 'set', '--group', share, 'share.auto.offset.reset=earliest');
  const reading = ['--topic', topic, '--group', share, '--max-messages', '20', '--timeout-ms', '20000'];
  await runTool(
    'consoleShareConsumer',
    ['--bootstrap-server', cluster.bootstrapServers, ...reading],
    '',
    kraftVersion,
  );
  await produce(cluster, topic, numbers(11, 15), ['--partition', '1']);

  const listed = async (rows: string[][]) =>
    rows.map(([group, type, protocol]) => [group, type, protocol].join()).sort();
  const { items } = await done('groups', 'list');
  assert.deepEqual(
    items
      .map(({ group, type, protocolType }: JsonDocument) => [group, capital(type), protocolType].join())
      .sort(),
    await listed(await apache(cluster, 'groups', '--list')),
  );
  for (const type of ['share', 'consumer', 'classic']) {
    const ours = (await done('groups', 'list', '--type', type)).items.map(({ group }: JsonDocument) => group);
    const theirs = (await apache(cluster, 'groups', '--list', '--group-type', type)).map(([group]) => group);
    assert.deepEqual(ours.sort(), theirs.sort(), type);
  }

  await eventually('the same start offsets and lag', async () => {
    // GROUP TOPIC PARTITION LEADER-EPOCH START-OFFSET LAG
    const theirs = (await apache(cluster, 'shareGroups', '--describe', '--group', share, '--verbose')).map(
      (row) => row.slice(1),
    );
    const [described] = (await done('groups', 'describe', share)).items;
    assert.deepEqual([described.type, described.state], ['share', 'Empty']);
    const ours = described.partitions.map((at: JsonDocument) => [
      at.topic,
      at.partition,
      at.committedOffset,
      at.lag,
    ]);
    const rows = theirs.map((row) => [row[0], Number(row[1]), Number(row[3]), Number(row[4])]);
    return rows.length === 2 && JSON.stringify(ours) === JSON.stringify(rows) && described.lag === 5;
  });
  const { items: lags } = await done('groups', 'lag', share);
  assert.deepEqual([lags[0].lag, lags[0].unknown], [5, 0]);
  assert.equal((await kctl('groups', 'lag', share, '--max-lag', '4')).code, 5);
  await done('groups', 'delete', share, '--yes');
  assert.ok(!(await apache(cluster, 'shareGroups', '--list')).some(([group]) => group === share));
});

test('share groups are reset, made and cleared of topics as ShareGroupCommand does it', async () => {
  const cluster = await sharedKraftCluster();
  const { done, kctl } = sessionOf(() => cluster);
  const [topic, other] = [await makeTopic(cluster, 2), await makeTopic(cluster, 1)];
  await produce(cluster, topic, numbers(1, 10), ['--partition', '0', '--timestamp', '1000000']);
  await produce(cluster, topic, numbers(1, 10), ['--partition', '0', '--timestamp', '2000000']);
  await produce(cluster, other, numbers(1, 5));
  const [share, copy] = [randomName('sharing'), randomName('sharing')];
  /** What the tool says of a group, as `topic-partition: start`. */
  const starts = async (group: string) => {
    const rows = await apache(cluster, 'shareGroups', '--describe', '--group', group);
    return rows.map(([, name, partition, start]) => `${name}-${partition}: ${start}`).sort();
  };
  const offsetsOf = ({ items }: JsonDocument) =>
    items
      .map((item: JsonDocument) => `${item.topic}-${item.partition}: ${item.newOffset ?? item.offset}`)
      .sort();

  const reset = ['groups', 'reset', share, '--topic', topic];
  assert.equal((await kctl(...reset, '--to-latest', '--yes')).code, 4, 'nobody has made it');
  const made = await kctl(...reset, '--to-offset', '4', '--create', '--type', 'share', '--yes', '-o', 'json');
  assert.equal(made.code, 0, made.stderr);
  // Partition 1 has no records: nothing beyond its end.
  const expected = [`${topic}-0: 4`, `${topic}-1: 0`];
  assert.deepEqual(offsetsOf(JSON.parse(made.stdout)), expected);
  assert.deepEqual(await starts(share), expected);
  assert.deepEqual((await done('groups', 'list', share)).items[0].type, 'share');

  const at = new Date(1_500_000).toISOString().slice(0, -1);
  for (const target of [['--to-latest'], ['--to-earliest'], ['--to-datetime', at]]) {
    const plan = await done(...reset, ...target, '--dry-run');
    const words = ['--reset-offsets', '--group', share, '--topic', topic, ...target, '--dry-run'];
    const cells = (await apache(cluster, 'shareGroups', ...words)).flat();
    const theirs = cells.flatMap((cell, index) =>
      cell === topic && cells[index - 1] === share ? `${topic}-${cells[index + 1]}: ${cells[index + 2]}` : [],
    );
    assert.deepEqual(offsetsOf(plan), theirs.sort(), target.join(' '));
    assert.equal(theirs.length, 2);
  }
  assert.deepEqual(await starts(share), expected, 'a dry run sets nothing');
  const shifted = await done(...reset, '--shift-by', '3', '--yes');
  assert.deepEqual(await starts(share), [`${topic}-0: 7`, `${topic}-1: 0`]);
  await done('groups', 'reset', '--from-file', shifted.undoFile, '--yes');
  assert.deepEqual(await starts(share), expected);
  await apache(
    cluster,
    'shareGroups',
    '--reset-offsets',
    '--group',
    share,
    '--topic',
    topic,
    '--to-latest',
    '--execute',
  );
  assert.deepEqual(offsetsOf(await done('groups', 'export', share)), [`${topic}-0: 20`, `${topic}-1: 0`]);
  const like = await kctl('groups', 'reset', copy, '--like', share, '--create', '--yes');
  assert.equal(like.code, 0, like.stderr);
  assert.deepEqual(await starts(copy), [`${topic}-0: 20`, `${topic}-1: 0`]);

  const memberId = 'AAAAAAAAAAAAAAAAAAAAAg';
  const beat = async (memberEpoch: number) => {
    const body = { groupId: share, memberId, memberEpoch, subscribedTopicNames: [topic, other] };
    await done('wire', 'ShareGroupHeartbeat', '--body', JSON.stringify(body), '--yes');
  };
  await beat(0);
  for (const words of [
    [...reset, '--to-earliest', '--dry-run'],
    ['groups', 'delete-offsets', share, topic, '--dry-run'],
    ['groups', 'delete-offsets', share, topic, '--yes'],
    ['groups', 'delete', share, '--yes'],
  ]) {
    const run = await kctl(...words);
    assert.deepEqual([run.code, /NON_EMPTY_GROUP/.test(run.stderr)], [1, true], words.join(' '));
  }
  assert.match(
    (await kctl('groups', 'remove-members', share, '--all', '--yes')).stderr,
    /no members out of share/,
  );
  await eventually('the partitions of what it reads', async () => {
    const [{ partitions, members }] = (await done('groups', 'describe', share)).items;
    const unset = partitions.find((each: JsonDocument) => each.topic === other);
    return members.length === 1 && unset?.committedOffset === null && unset.logEndOffset === 5;
  });
  assert.ok((await starts(share)).includes(`${other}-0: -`));
  await beat(-1);

  const single = await kctl('groups', 'delete-offsets', share, `${topic}:0`, '--yes');
  assert.deepEqual([single.code, /whole topics/.test(single.stderr)], [1, true]);
  assert.equal((await kctl('groups', 'delete-offsets', share, 'kctl-no-such-topic', '--yes')).code, 4);
  const { items } = await done('groups', 'delete-offsets', share, topic, '--yes');
  assert.deepEqual(
    items.map(({ result }: JsonDocument) => result),
    ['offset deleted', 'offset deleted'],
  );
  assert.deepEqual(await starts(share), [`${other}-0: -`]);
  await apache(cluster, 'shareGroups', '--delete-offsets', '--group', copy, '--topic', topic);
  assert.deepEqual((await done('groups', 'describe', copy)).items[0].partitions, []);
  await done('groups', 'delete', share, copy, '--yes');
});

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
