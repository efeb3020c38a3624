import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kraftVersion, sharedKraftCluster } from '../support/cluster.js';
import { eventually, randomName } from '../support/kctl.js';
import { runTool, type tools } from '../support/oracle/oracle.js';
import type { JsonDocument } from '../support/schemas.js';
import { sessionOf } from '../support/session.js';
import { makeTopic, numbers, produce } from '../support/topics.js';

test('groups of every kind are as GroupsCommand lists them, and share groups as ShareGroupCommand describes them', async () => {
  const cluster = await sharedKraftCluster();
  const { done, kctl } = sessionOf(() => cluster);
  /** The rows of one of the tools of Kafka 4.3, without their header. */
  const apache = async (tool: keyof typeof tools, ...words: string[]): Promise<string[][]> => {
    const server = ['--bootstrap-server', cluster.bootstrapServers];
    const run = await runTool(tool, [...server, ...words], '', kraftVersion);
    assert.equal(run.code, 0, run.stderr);
    const rows = run.stdout
      .toString()
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    return rows.filter((row) => row.length > 2 && row[0] !== 'GROUP');
  };
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
    await listed(await apache('groups', '--list')),
  );
  for (const type of ['share', 'consumer', 'classic']) {
    const ours = (await done('groups', 'list', '--type', type)).items.map(({ group }: JsonDocument) => group);
    const theirs = (await apache('groups', '--list', '--group-type', type)).map(([group]) => group);
    assert.deepEqual(ours.sort(), theirs.sort(), type);
  }

  await eventually('the same start offsets and lag', async () => {
    // GROUP TOPIC PARTITION LEADER-EPOCH START-OFFSET LAG
    const theirs = (await apache('shareGroups', '--describe', '--group', share, '--verbose')).map((row) =>
      row.slice(1),
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
  assert.ok(!(await apache('shareGroups', '--list')).some(([group]) => group === share));
});

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
