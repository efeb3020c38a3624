import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCluster } from '../support/cluster.js';
import { eventually, type RunningKctl, randomName, runKctl, startKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import { makeTopic, numbers, produce } from '../support/topics.js';

/** Two brokers of this file's own; each test leaves both running. */
const cleaner = ['log.cleaner.backoff.ms=200', 'log.cleaner.min.cleanable.ratio=0.001'];
const cluster = await startCluster(['--brokers', '2', ...cleaner.flatMap((config) => ['--config', config])]);

async function broker(verb: 'kill' | 'start', id: number): Promise<void> {
  const { code, stderr } = await runKctl(['local', verb, 'broker', String(id), '--name', cluster.name]);
  assert.equal(code, 0, stderr);
}

/** Waits until every partition of a topic has, or lacks, a leader as wanted. */
async function leaders(topic: string, wanted: boolean[]): Promise<void> {
  await eventually(`leaders of ${topic}`, async () => {
    const { stdout } = await runKctl(['topics', 'describe', topic, '-o', 'json'], { env: cluster.env });
    const [described] = JSON.parse(stdout || '{"items":[]}').items;
    const found = described?.partitions.map(({ leader }: { leader: number }) => leader >= 0);
    return JSON.stringify(found) === JSON.stringify(wanted);
  });
}

test('a leaderless partition: the healthy one is read, the other named, exit 1', async () => {
  const topic = await makeTopic(cluster, 2, ['--replica-assignment', '1,2']);
  await produce(cluster, topic, 'healthy\n', ['--partition', '0']);
  await produce(cluster, topic, 'away\n', ['--partition', '1']);
  const group = randomName('barflies');
  // The topic that groups keep their offsets in is made, on both brokers, when the first group is.
  await runKctl(['consume', topic, '--exit-at-end', '--group', randomName('first')], { env: cluster.env });
  let following: RunningKctl | undefined;
  await broker('kill', 2);
  try {
    await leaders(topic, [true, false]);
    const read = await runKctl(['consume', topic, '--exit-at-end'], { env: cluster.env });
    assert.deepEqual([read.code, read.stdout], [1, 'healthy\n'], read.stderr);
    assert.match(read.stderr, new RegExp(`error: ${topic}-1: .*no leader`));
    const words = ['consume', topic, '--from-beginning', '--max-messages', '1'];
    const some = await runKctl(words, { env: cluster.env });
    assert.deepEqual([some.code, some.stdout], [1, 'healthy\n'], some.stderr);
    following = startKctl(['consume', topic, '--from-beginning', '--max-messages', '2'], {
      env: cluster.env,
    });
    await following.waitFor((stdout) => stdout === 'healthy\n', 'the healthy record');
    const member = await runKctl(['consume', topic, '--exit-at-end', '--group', group], { env: cluster.env });
    assert.deepEqual([member.code, member.stdout], [1, 'healthy\n'], member.stderr);
  } finally {
    await broker('start', 2);
  }
  await leaders(topic, [true, true]);
  const followed = await following?.finished;
  assert.deepEqual([followed?.code, followed?.stdout], [0, 'healthy\naway\n'], followed?.stderr);
  const read = await runKctl(['consume', topic, '--exit-at-end'], { env: cluster.env });
  assert.deepEqual([read.code, read.stdout.split('\n').sort().join(' ')], [0, ' away healthy']);
});

test('a broker killed while its partition is followed: it goes on when the broker is back', async () => {
  const topic = await makeTopic(cluster, 1, ['--replica-assignment', '2']);
  await produce(cluster, topic, numbers(1, 5));
  const following = startKctl(['consume', topic, '--from-beginning', '--max-messages', '8'], {
    env: cluster.env,
  });
  await following.waitFor((stdout) => stdout === numbers(1, 5), 'the first records');
  await broker('kill', 2);
  await following.waitFor(() => /trying again for up to 120 s/.test(following.stderr()), 'a word about it');
  await broker('start', 2);
  await leaders(topic, [true]);
  await produce(cluster, topic, numbers(6, 8));
  const { code, stdout, stderr } = await following.finished;
  assert.deepEqual([code, stdout], [0, numbers(1, 8)], stderr);
  assert.match(stderr, /going on at 5/);
});

test('a broker killed while a group member reads from it: nothing is lost', async () => {
  const topic = await makeTopic(cluster, 2, ['--replica-assignment', '1,2']);
  const group = randomName('barflies');
  const words = ['consume', topic, '--group', group, '--from-beginning'];
  const member = startKctl(words, { env: cluster.env, timeoutMs: 120_000 });
  await produce(cluster, topic, numbers(1, 3), ['--partition', '1']);
  await member.waitFor((stdout) => stdout === numbers(1, 3), 'the first records');
  await broker('kill', 2);
  await produce(cluster, topic, numbers(4, 6), ['--partition', '0']);
  await broker('start', 2);
  await leaders(topic, [true, true]);
  await produce(cluster, topic, numbers(7, 9), ['--partition', '1']);
  const all = (stdout: string) => new Set(stdout.trim().split('\n')).size === 9;
  await member.waitFor(all, 'all nine records', 60_000);
  member.process.kill('SIGINT');
  assert.equal((await member.finished).code, 130);
  const again = await runKctl([...words, '--exit-at-end'], { env: cluster.env });
  assert.deepEqual([again.code, again.stdout], [0, ''], again.stderr);
});

test('a broker that stays away ends the reading by the deadline, exit 3, and says how far it came', async () => {
  const topic = await makeTopic(cluster, 1, ['--replica-assignment', '2']);
  await produce(cluster, topic, numbers(1, 5));
  const words = ['consume', topic, '--from-beginning', '--delivery-timeout', '3s'];
  const following = startKctl(words, { env: cluster.env });
  await following.waitFor((stdout) => stdout === numbers(1, 5), 'the records');
  await broker('kill', 2);
  try {
    const { code, stderr } = await following.finished;
    assert.equal(code, 3, stderr);
    assert.match(stderr, new RegExp(`error: ${topic}-0: no answer for \\d+ s, read up to offset 5`));
  } finally {
    await broker('start', 2);
  }
  await leaders(topic, [true]);
});

test('a leader that moves is followed without a gap', async () => {
  const topic = await makeTopic(cluster, 1, ['--replica-assignment', '2:1']);
  const following = startKctl(['consume', topic, '--from-beginning', '--max-messages', '6'], {
    env: cluster.env,
  });
  await produce(cluster, topic, numbers(1, 3));
  await following.waitFor((stdout) => stdout === numbers(1, 3), 'the first records');
  await broker('kill', 2);
  try {
    await leaders(topic, [true]);
    await produce(cluster, topic, numbers(4, 6));
    const { code, stdout, stderr } = await following.finished;
    assert.deepEqual([code, stdout], [0, numbers(1, 6)], stderr);
  } finally {
    await broker('start', 2);
  }
});

test('a compacted topic with gaps is read to its end', async () => {
  const configs = ['cleanup.policy=compact', 'segment.ms=100', 'min.cleanable.dirty.ratio=0.001'];
  const topic = await makeTopic(
    cluster,
    1,
    configs.flatMap((config) => ['--config', config]),
  );
  const keyed = (value: number) => ['a', 'b', 'c'].map((key) => `${key}=${value}\n`).join('');
  const read = () =>
    runKctl(['consume', topic, '--exit-at-end', '--format', '{offset} {key}={value}'], { env: cluster.env });
  let written = 0;
  let last = await read();
  await eventually('compaction', async () => {
    await produce(cluster, topic, keyed(written++), ['--key-separator', '=']);
    last = await read();
    return last.stdout.trim().split('\n').length < written * 3;
  });
  assert.equal(last.code, 0, last.stderr);
  const lines = last.stdout.trim().split('\n');
  assert.equal(lines.at(-1), `${written * 3 - 1} c=${written - 1}`);
  const kafka = await runTool('consoleConsumer', [
    ...['--bootstrap-server', cluster.bootstrapServers, '--topic', topic, '--from-beginning'],
    ...['--timeout-ms', '3000', '--property', 'print.offset=true', '--property', 'print.key=true'],
  ]);
  const shown = kafka.stdout.toString().trim().split('\n');
  assert.equal(shown.at(-1), `Offset:${written * 3 - 1}\tc\t${written - 1}`);
  assert.ok(shown.length <= lines.length);
});

test('a topic that is deleted while it is followed ends the reading', async () => {
  const topic = await makeTopic(cluster, 1);
  await produce(cluster, topic, 'a\n');
  const following = startKctl(['consume', topic, '--from-beginning'], { env: cluster.env });
  await following.waitFor((stdout) => stdout === 'a\n', 'the record');
  const deleted = await runKctl(['topics', 'delete', topic, '--yes'], { env: cluster.env });
  assert.equal(deleted.code, 0, deleted.stderr);
  const { code, stderr } = await following.finished;
  assert.notEqual(code, 0);
  assert.match(stderr, new RegExp(`error: ${topic}-0: .*read up to offset 1`));
});
