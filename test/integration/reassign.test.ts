import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isAtLeast, sharedCluster } from '../support/cluster.js';
import { type Run, randomName, runKctl, startKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import {
  aloneReassigning,
  inverse,
  kafkaJson,
  planText,
  replicasOf,
  type TestMove,
  throttlesOf,
} from '../support/reassignments.js';
import { assertDocument, assertErrors } from '../support/schemas.js';
import { makeTopic, produce } from '../support/topics.js';

const cluster = await sharedCluster();
const folder = mkdtempSync(join(tmpdir(), 'kctl-reassign-'));
after(() => rmSync(folder, { recursive: true }));
// A journal that is left is told of by each command that knows of it: not to the other tests of this cluster.
const env = { ...cluster.env, KCTL_STATE_DIR: join(folder, 'state') };

const run = (words: string[]): Promise<Run> => runKctl(words, { env, timeoutMs: 60_000 });

function write(content: string): string {
  const path = join(folder, randomName('file'));
  writeFileSync(path, content);
  return path;
}

async function kctl(words: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(words);
  assert.equal(code, 0, `kctl ${words.join(' ')}: ${stderr}`);
  return stdout;
}

const movesOf = (topic: string): TestMove[] => [
  { topic, partition: 0, from: [1, 2], to: [3, 2] },
  { topic, partition: 1, from: [1, 2], to: [2, 3] },
  { topic, partition: 2, from: [1, 2], to: [2, 1] },
];

/**
 * A topic whose copying takes a minute at the throttle of a test: however low that is, a partition gets a mebibyte each time the
 * brokers' window of 11 seconds has passed.
 */
async function filledTopic(): Promise<string> {
  const topic = await makeTopic(cluster, 3, ['--replica-assignment', '1:2,1:2,1:2']);
  await produce(cluster, topic, `${'x'.repeat(100_000)}\n`.repeat(180), ['--batch-size', '100KB']);
  return topic;
}

test('a plan is carried out to its end: moved, led as preferred, throttles as before, and Kafka agrees', async () => {
  const topic = await filledTopic();
  const moves = movesOf(topic);
  const plan = write(planText(moves));
  await aloneReassigning(cluster, async () => {
    const list = 'leader.replication.throttled.replicas';
    await kctl(['configs', 'set', '--topic', topic, `${list}=0:2`]);
    await kctl(['configs', 'set', '--broker', '1', 'follower.replication.throttled.rate=77777777']);
    const before = await throttlesOf(cluster, topic);
    assert.equal(before.length, 2);
    const dry = assertDocument(
      await kctl(['reassign', 'apply', plan, '--dry-run', '-o', 'json']),
      'ReassignmentRun',
    );
    assert.deepEqual([dry.outcome, dry.validatedBy, dry.journal], ['valid', 'client', null]);
    assert.deepEqual(
      await replicasOf(cluster, topic),
      moves.map(({ from }) => from),
    );
    const { code, stdout, stderr } = await run([...applying(plan), '-o', 'ndjson']);
    assert.equal(code, 0, stderr);
    const lines = stdout.trimEnd().split('\n');
    const events = lines.slice(0, -1).map((line) => assertDocument(line, 'ReassignmentEvent').event);
    for (const event of [
      'started',
      'throttled',
      'submitted',
      'moved',
      'progress',
      'elected',
      'restored',
      'ended',
    ])
      assert.ok(events.includes(event), event);
    const done = assertDocument(lines.at(-1) ?? '', 'ReassignmentRun');
    assert.deepEqual([done.outcome, done.moves.done], ['done', 3]);
    assert.equal(statSync(done.journal).mode & 0o777, 0o600);
    assert.deepEqual(await throttlesOf(cluster, topic), before);
    assert.deepEqual(
      await replicasOf(cluster, topic),
      moves.map(({ to }) => to),
    );
    const described = assertDocument(await kctl(['topics', 'describe', topic, '-o', 'json']));
    for (const { leader, replicas } of described.items[0].partitions) assert.equal(leader, replicas[0]);
    await kctl(['configs', 'unset', '--topic', topic, list]);
    await kctl(['configs', 'unset', '--broker', '1', 'follower.replication.throttled.rate']);
    if (!isAtLeast(cluster, '3.9')) return;
    // It would take throttles of operators away, so it comes when they are gone.
    const words = ['--reassignment-json-file', write(kafkaJson(moves)), '--verify'];
    const verified = await runTool('reassign', ['--bootstrap-server', cluster.bootstrapServers, ...words]);
    for (const { partition } of moves)
      assert.match(String(verified.stdout), new RegExp(`${topic}-${partition} is completed`));
    const back = assertDocument(
      await kctl(['reassign', 'rollback', '--yes', '-o', 'json']),
      'ReassignmentRun',
    );
    assert.equal(back.outcome, 'done');
    assert.deepEqual(
      await replicasOf(cluster, topic),
      moves.map(({ from }) => from),
    );
    assert.deepEqual(await throttlesOf(cluster, topic), []);
  });
});

const applying = (plan: string, throttle = '100MB/s') => [
  'reassign',
  'apply',
  plan,
  '--yes',
  '--throttle',
  throttle,
];

test('Ctrl-C detaches; beside it nobody else may begin; resume ends it, and cancel takes it back', async () => {
  const topic = await filledTopic();
  const moves = movesOf(topic);
  const plan = write(planText(moves));
  await aloneReassigning(cluster, async () => {
    await kctl(['configs', 'set', '--broker', '2', 'leader.replication.throttled.rate=88888888']);
    const before = await throttlesOf(cluster, topic);
    const slow = startKctl([...applying(plan, '50KB/s'), '-o', 'ndjson'], { env });
    await slow.waitFor((stdout) => stdout.includes('"submitted"'), 'the first move');
    const second = await run([...applying(plan), '-o', 'json']);
    assert.equal(second.code, 1);
    assert.equal(assertErrors(second.stderr)[0]?.code, 'LOCKED');
    const elsewhere = await run([...applying(plan), '--journal', join(folder, 'other.ndjson'), '-o', 'json']);
    assert.equal(assertErrors(elsewhere.stderr)[0]?.code, 'REASSIGNMENT_IN_PROGRESS');
    assert.equal(elsewhere.code, 5);
    const throttled = await kctl(['reassign', 'throttle', '60KB/s', '-o', 'json']);
    assert.equal(assertDocument(throttled, 'ReassignmentThrottle').runnerPid, slow.process.pid);
    slow.process.kill('SIGINT');
    const detached = await slow.finished;
    assert.equal(detached.code, 130);
    assert.match(detached.stderr, /kctl reassign resume\n {2}kctl reassign cancel/);
    const status = assertDocument(await kctl(['reassign', 'status', '-o', 'json']), 'ReassignmentStatus');
    assert.deepEqual([status.journal.runnerPid, status.journal.throttle], [null, 60_000]);
    assert.ok(status.running.length > 0, 'the moves have gone on');
    assert.ok(status.running.every(({ ours }: { ours: boolean }) => ours));
    assert.ok(
      (await throttlesOf(cluster, topic)).includes('broker 3 follower.replication.throttled.rate=60000'),
    );
    const listed = await run(['topics', 'list']);
    assert.match(listed.stderr, /its journal is open: kctl reassign status/);
    const again = await run([...applying(plan), '-o', 'json']);
    assert.ok(again.code !== 0, 'a second plan was begun beside an open journal');
    const cancelled = assertDocument(await kctl(['reassign', 'cancel', '-o', 'json']), 'ReassignmentRun');
    assert.equal(cancelled.outcome, 'cancelled');
    assert.deepEqual(await throttlesOf(cluster, topic), before);
    const back = await replicasOf(cluster, topic);
    for (const { partition } of status.running) assert.deepEqual(back[partition], [1, 2]);
    assert.doesNotMatch((await run(['topics', 'list'])).stderr, /journal/);

    const rest = moves.flatMap((move): TestMove[] => {
      const from = back[move.partition] ?? [];
      return from.join() === move.to.join() ? [] : [{ ...move, from }];
    });
    const left = startKctl([...applying(write(planText(rest)), '50KB/s'), '-o', 'ndjson'], {
      env,
    });
    await left.waitFor((stdout) => stdout.includes('"submitted"'), 'the first move');
    left.process.kill('SIGKILL');
    await left.finished;
    await kctl(['reassign', 'throttle', '100MB/s']);
    const resumed = assertDocument(await kctl(['reassign', 'resume', '-o', 'json']), 'ReassignmentRun');
    assert.equal(resumed.outcome, 'done');
    assert.deepEqual(
      await replicasOf(cluster, topic),
      moves.map(({ to }) => to),
    );
    assert.deepEqual(await throttlesOf(cluster, topic), before);
    await kctl(['configs', 'unset', '--broker', '2', 'leader.replication.throttled.rate']);
    const none = await run(['reassign', 'resume', '-o', 'json']);
    assert.deepEqual([none.code, assertErrors(none.stderr)[0]?.code], [4, 'NO_JOURNAL']);
  });
});

test("what Kafka's tool began is watched, taken over and cleared up after", async (t) => {
  if (!isAtLeast(cluster, '3.9')) return t.skip('the tool is that of 3.9');
  const topic = await filledTopic();
  const moves = movesOf(topic).slice(0, 2);
  await aloneReassigning(cluster, async () => {
    // The tool does not wait until brokers know what it sets, and without it all is copied in a moment.
    const lists = { leader: '0:1,0:2,1:1,1:2', follower: '0:3,1:3' };
    for (const [of, list] of Object.entries(lists))
      await kctl(['configs', 'set', '--topic', topic, `${of}.replication.throttled.replicas=${list}`]);
    const rates = Object.keys(lists).map((of) => `${of}.replication.throttled.rate=100000`);
    const brokers = ['1', '2', '3'].flatMap((id) => ['--broker', id]);
    await kctl(['configs', 'set', ...brokers, ...rates]);
    const words = ['--reassignment-json-file', write(kafkaJson(moves)), '--execute', '--throttle', '100000'];
    const begun = await runTool('reassign', ['--bootstrap-server', cluster.bootstrapServers, ...words]);
    assert.match(String(begun.stdout), /Successfully started/, begun.stderr);
    const listed = assertDocument(await kctl(['throttle', 'list', '-o', 'json']), 'ThrottleList');
    const others = listed.items.filter(({ owner }: { owner: string }) => owner !== 'reassignment');
    assert.deepEqual(others, []);
    const watching = startKctl(['reassign', 'watch', '-o', 'ndjson'], { env });
    await watching.waitFor((stdout) => stdout.includes('"progress"'), 'progress');
    const status = assertDocument(await kctl(['reassign', 'status', '-o', 'json']), 'ReassignmentStatus');
    assert.deepEqual([status.journal, status.running[0].ours], [null, false]);
    const adopted = startKctl(['reassign', 'adopt', '--yes', '-o', 'ndjson'], { env });
    await adopted.waitFor((stdout) => stdout.includes('"progress"'), 'progress');
    await kctl(['reassign', 'throttle', '100MB/s']);
    const { code, stderr } = await adopted.finished;
    assert.equal(code, 0, stderr);
    assert.deepEqual(await replicasOf(cluster, topic), [...moves.map(({ to }) => to), [1, 2]]);
    assert.deepEqual(await throttlesOf(cluster, topic), []);
    assert.equal((await watching.finished).code, 0);
  });
});

test('what other tools have left is found and cleared; what an operator keeps stays', async () => {
  const topic = await makeTopic(cluster, 1, ['--replica-assignment', '1:2']);
  await aloneReassigning(cluster, async () => {
    await kctl(['configs', 'set', '--topic', topic, 'follower.replication.throttled.replicas=0:3']);
    await kctl(['configs', 'set', '--broker', '3', 'follower.replication.throttled.rate=1000000']);
    await kctl(['configs', 'set', '--broker', '2', 'leader.replication.throttled.rate=99999999']);
    const dry = assertDocument(
      await kctl(['throttle', 'clear', '--dry-run', '-o', 'json']),
      'ThrottleChangeList',
    );
    assert.deepEqual(
      new Set(dry.items.map(({ result }: { result: string }) => result)),
      new Set(['valid', 'kept']),
    );
    assert.equal((await throttlesOf(cluster, topic)).length, 3);
    assert.equal((await run(['throttle', 'clear'])).code, 2, 'without a terminal it needs --yes');
    await kctl(['throttle', 'clear', '--yes']);
    assert.deepEqual(await throttlesOf(cluster, topic), [
      'broker 2 leader.replication.throttled.rate=99999999',
    ]);
    await kctl(['throttle', 'clear', '--all', '--yes']);
    assert.deepEqual(await throttlesOf(cluster, topic), []);
  });
});

test('a plan that does not fit is refused, and says in what; nothing is begun', async () => {
  const topic = await makeTopic(cluster, 2, ['--replica-assignment', '1:2,1:2']);
  const move = (from: number[], to: number[], partition = 0, name = topic): TestMove => {
    return { topic: name, partition, from, to };
  };
  const refusals: Array<[what: string, plan: string, exitCode: number, code: string]> = [
    ['another cluster', planText([move([1, 2], [3, 2])], 'another-cluster'), 1, 'OTHER_CLUSTER'],
    ['stale', planText([move([1, 3], [3, 2])]), 5, 'PLAN_STALE'],
    ['a topic that is gone', planText([move([1, 2], [3, 2], 0, 'gone')]), 5, 'PLAN_STALE'],
    ['a broker that nobody knows', planText([move([1, 2], [99, 2])]), 5, 'BROKER_NOT_AVAILABLE'],
    ['no plan', '{"kind":"Plan"}', 2, 'INVALID_PLAN'],
    ['no JSON', 'plan', 2, 'INVALID_FILE'],
    ['a broker twice', planText([move([1, 2], [3, 3])]), 2, 'INVALID_PLAN'],
    ['a partition twice', planText([move([1, 2], [3, 2]), move([1, 2], [3, 2])]), 2, 'INVALID_PLAN'],
  ];
  await aloneReassigning(cluster, async () => {
    for (const [what, text, exitCode, code] of refusals) {
      const refused = await run([...applying(write(text)), '-o', 'json']);
      assert.deepEqual([refused.code, assertErrors(refused.stderr)[0]?.code], [exitCode, code], what);
    }
    const stale = await run(applying(write(planText([move([1, 3], [3, 2])]))));
    assert.match(stale.stderr, /made for replicas 1,3, and they are 1,2/);
    const asked = await run(['reassign', 'apply', write(planText([move([1, 2], [3, 2])]))]);
    assert.deepEqual([asked.code, asked.stdout], [2, ''], 'without a terminal it needs --yes');
    assert.deepEqual(await replicasOf(cluster, topic), [
      [1, 2],
      [1, 2],
    ]);
    const status = assertDocument(await kctl(['reassign', 'status', '-o', 'json']), 'ReassignmentStatus');
    assert.deepEqual([status.journal, status.running], [null, []]);
    // Applied twice, it has nothing left to do.
    const plan = write(planText([move([1, 2], [3, 2]), move([1, 2], [2, 1], 1)]));
    for (const _ of [1, 2]) await kctl(applying(plan));
    await kctl(applying(write(planText(inverse([move([1, 2], [3, 2])])))));
  });
});
