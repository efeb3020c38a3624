import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedCluster, sharedClusters, sharedKraftCluster } from '../support/cluster.js';
import { describe, holds, interrupt, join, partitionsOf } from '../support/groups.js';
import { eventually, randomName, runKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import { makeTopic, numbers, produce } from '../support/topics.js';

const format = ['--format', '{partition}:{offset}:{consumer} -> {value}'];

for (const [mode, open] of sharedClusters) {
  test(`${mode}: two members share the partitions, Ctrl-C commits and leaves, a restart resumes`, async () => {
    const cluster = await open();
    const topic = await makeTopic(cluster, 3);
    const group = randomName('barflies');
    for (const partition of [0, 1, 2])
      await produce(cluster, topic, numbers(1, 10), ['--partition', String(partition)]);

    const first = join(cluster, topic, group, [...format, '--from-beginning', '--consumer-name', 'a']);
    await first.waitFor((stdout) => stdout.split('\n').length > 30, 'all 30 records');
    const second = join(cluster, topic, group, [...format, '--consumer-name', 'b']);
    const shares = () => [first, second].map((member) => partitionsOf(member)?.length ?? 0);
    // Which of the two gets two is up to their random member ids.
    await eventually('three partitions shared by two', () => shares().sort().join('') === '12');
    const [ofFirst = 0, ofSecond = 0] = shares();
    for (const partition of [0, 1, 2])
      await produce(cluster, topic, numbers(11, 12), ['--partition', String(partition)]);
    await first.waitFor((stdout) => stdout.split('\n').length > 30 + 2 * ofFirst, 'its share');
    await second.waitFor((stdout) => stdout.split('\n').length > 2 * ofSecond, 'its share');
    assert.equal((await describe(cluster, group)).members, 2);

    assert.ok((await interrupt(second)) < 2000);
    await holds(first, 3);
    assert.ok((await interrupt(first)) < 2000);
    assert.deepEqual(await describe(cluster, group), { offsets: ['0:12', '1:12', '2:12'], members: 0 });
    assert.equal(first.stdout().split('\n').length, 31 + 2 * ofFirst);
    assert.match(second.stdout(), /^([012]:1[01]:b -> 1[12]\n){2,4}$/);
    assert.equal(second.stdout().split('\n').length, 1 + 2 * ofSecond);

    await produce(cluster, topic, '13\n', ['--partition', '1']);
    const again = await runKctl(
      ['consume', topic, '--group', group, '--exit-at-end', ...format, '--consumer-name', 'c'],
      {
        env: cluster.env,
      },
    );
    assert.deepEqual([again.code, again.stdout], [0, '1:12:c -> 13\n'], again.stderr);
    assert.deepEqual(await describe(cluster, group), { offsets: ['0:12', '1:13', '2:12'], members: 0 });
  });
}

test('only what was printed is committed, and the rest comes next time', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 1);
  const group = randomName('barflies');
  await produce(cluster, topic, numbers(1, 100));
  const words = ['consume', topic, '--group', group, '--from-beginning'];
  const some = await runKctl([...words, '--max-messages', '30'], { env: cluster.env });
  assert.deepEqual([some.code, some.stdout], [0, numbers(1, 30)]);
  assert.deepEqual((await describe(cluster, group)).offsets, ['0:30']);
  const rest = await runKctl([...words, '--exit-at-end'], { env: cluster.env });
  assert.deepEqual([rest.code, rest.stdout], [0, numbers(31, 100)]);
});

test('a group without offsets begins at the end, and keeps its place though nothing came', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 1);
  const group = randomName('barflies');
  await produce(cluster, topic, 'before\n');
  const idle = join(cluster, topic, group, ['-v']);
  await idle.waitFor(() => /: from latest on/.test(idle.stderr()), 'the start');
  await eventually('a committed offset', async () => (await describe(cluster, group)).offsets[0] === '0:1');
  await interrupt(idle);
  await produce(cluster, topic, 'meanwhile\n');
  const { stdout } = await runKctl(['consume', topic, '--group', group, '--exit-at-end'], {
    env: cluster.env,
  });
  assert.equal(stdout, 'meanwhile\n');
});

test('a reader that closes early ends a member with 0, its offsets committed, the group left', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 1);
  const group = randomName('barflies');
  await produce(cluster, topic, `${'x'.repeat(999)}\n`.repeat(5000));
  const reading = join(cluster, topic, group, ['--from-beginning']);
  reading.process.stdout.once('data', () => reading.process.stdout.destroy());
  const { code } = await reading.finished;
  assert.equal(code, 0);
  const { offsets, members } = await describe(cluster, group);
  assert.equal(members, 0);
  const committed = Number(offsets[0]?.split(':')[1]);
  assert.ok(committed < 5000, offsets[0]);
  const rest = await runKctl(['consume', topic, '--group', group, '--exit-at-end', '--format', '{offset}'], {
    env: cluster.env,
  });
  assert.equal(rest.stdout.split('\n')[0], String(committed));
});

test("Kafka's own consumer and kctl are members of one group", async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 4);
  const group = randomName('barflies');
  const member = join(cluster, topic, group, format);
  await holds(member, 4);
  const kafka = runTool('consoleConsumer', [
    ...['--bootstrap-server', cluster.bootstrapServers, '--topic', topic, '--group', group],
    ...['--max-messages', '2', '--timeout-ms', '30000'],
  ]);
  await holds(member, 2);
  const own = partitionsOf(member) ?? [];
  for (const partition of [0, 1, 2, 3])
    await produce(cluster, topic, `from ${partition}\n`, ['--partition', String(partition)]);
  const theirs = (await kafka).stdout.toString().trim().split('\n').sort();
  await member.waitFor((stdout) => stdout.split('\n').length > 2, 'two records');
  await holds(member, 4);
  await interrupt(member);
  const ours = own.map((name) => `from ${name.slice(-1)}`);
  assert.deepEqual([...ours, ...theirs].sort(), ['from 0', 'from 1', 'from 2', 'from 3']);
  assert.equal(member.stdout().split('\n').length, 3, member.stdout());
});

test('a fourth member of three partitions waits, and takes over when another leaves', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 3);
  const group = randomName('barflies');
  const members = Array.from({ length: 4 }, () => join(cluster, topic, group));
  const spread = () =>
    members
      .map((member) => partitionsOf(member)?.length)
      .sort()
      .join('');
  await eventually('one idle member', () => spread() === '0111');
  const idle = members.find((member) => partitionsOf(member)?.length === 0);
  const [leaving, ...others] = members.filter((member) => member !== idle);
  assert.ok(idle && leaving);
  await interrupt(leaving);
  await holds(idle, 1);
  await Promise.all([idle, ...others].map(interrupt));
  assert.equal((await describe(cluster, group)).members, 0);
});

test('a member that is killed loses its partitions to the others, and nothing is lost', async () => {
  const cluster = await sharedCluster();
  const topic = await makeTopic(cluster, 2);
  const group = randomName('barflies');
  const [killed, survivor] = [join(cluster, topic, group, format), join(cluster, topic, group, format)];
  await holds(killed, 1);
  await holds(survivor, 1);
  const places = async () => (await describe(cluster, group)).offsets.join(' ');
  await eventually("the group's place in both partitions", async () => (await places()) === '0:0 1:0');
  killed.process.kill('SIGKILL');
  await killed.finished;
  for (const partition of [0, 1])
    await produce(cluster, topic, `p${partition}\n`, ['--partition', String(partition)]);
  await survivor.waitFor(
    (stdout) => /p0/.test(stdout) && /p1/.test(stdout),
    'the records of both partitions',
  );
  await interrupt(survivor);
  assert.deepEqual(await describe(cluster, group), { offsets: ['0:1', '1:1'], members: 0 });
});

test('--commit none keeps nothing, each keeps what was printed at once', async () => {
  const cluster = await sharedKraftCluster();
  const topic = await makeTopic(cluster, 1);
  await produce(cluster, topic, numbers(1, 10));
  const group = randomName('barflies');
  const words = ['consume', topic, '--group', group, '--from-beginning'];
  const nothing = await runKctl([...words, '--exit-at-end', '--commit', 'none'], { env: cluster.env });
  assert.deepEqual([nothing.code, nothing.stdout], [0, numbers(1, 10)], nothing.stderr);
  const each = join(cluster, topic, group, ['--from-beginning', '--commit', 'each']);
  await each.waitFor((stdout) => stdout === numbers(1, 10), 'the same records again');
  await produce(cluster, topic, '11\n');
  await each.waitFor((stdout) => stdout.endsWith('11\n'), 'the next');
  // Well before the five seconds of --commit interval.
  await eventually('the commit', async () => (await describe(cluster, group)).offsets[0] === '0:11', 3000);
  await interrupt(each);
});
