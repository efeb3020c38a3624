import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startCluster } from '../support/cluster.js';
import { startFlow } from '../support/flow.js';
import { startProxy } from '../support/kafka-proxy.js';
import { eventually, randomName, runKctl, startKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import {
  inverse,
  kafkaJson,
  planText,
  replicasOf,
  type TestMove,
  throttlesOf,
} from '../support/reassignments.js';
import { assertDocument, assertErrors } from '../support/schemas.js';
import { startSecuredCluster } from '../support/secured-cluster.js';

const cluster = await startCluster(['--brokers', '3']);
const { env, name } = cluster;
const folder = mkdtempSync(join(tmpdir(), 'kctl-reassign-faults-'));
after(() => rmSync(folder, { recursive: true }));

const run = (words: string[], timeoutMs = 120_000) => runKctl(words, { env, timeoutMs });

async function kctl(words: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(words);
  assert.equal(code, 0, `kctl ${words.join(' ')}: ${stderr}`);
  return stdout;
}

function write(content: string): string {
  const path = join(folder, randomName('file'));
  writeFileSync(path, content);
  return path;
}

async function topicOf(assignment: string, records: number): Promise<string> {
  const topic = randomName('faults');
  await kctl(['topics', 'create', topic, '--replica-assignment', assignment]);
  const input = `${'x'.repeat(100_000)}\n`.repeat(records);
  const { code, stderr } = await runKctl(['produce', topic, '--batch-size', '100KB'], { env, input });
  assert.equal(code, 0, stderr);
  return topic;
}

async function verifyByKafka(moves: TestMove[]): Promise<void> {
  const words = ['--reassignment-json-file', write(kafkaJson(moves)), '--verify', '--preserve-throttles'];
  const { stdout } = await runTool('reassign', ['--bootstrap-server', cluster.bootstrapServers, ...words]);
  for (const { topic, partition } of moves)
    assert.match(String(stdout), new RegExp(`${topic}-${partition} is completed`));
}

/** IncrementalAlterConfigs, AlterPartitionReassignments, ElectLeaders. */
const changing = new Set([44, 45, 43]);

test('SIGKILL before and after each change of the cluster: resume ends it, throttles are as before', async () => {
  const topic = await topicOf('1:2,1:2', 2);
  let moves: TestMove[] = [
    { topic, partition: 0, from: [1, 2], to: [3, 2] },
    { topic, partition: 1, from: [1, 2], to: [2, 3] },
  ];
  await kctl(['configs', 'set', '--topic', topic, 'leader.replication.throttled.replicas=0:2,7:7']);
  await kctl(['configs', 'set', '--broker', '1', 'follower.replication.throttled.rate=77777777']);
  const before = await throttlesOf(cluster, topic);
  assert.equal(before.length, 2);
  let killed = 0;
  for (const verdict of ['hold', 'hold-answer'] as const) {
    for (let step = 1; ; step++) {
      let seen = 0;
      const journal = join(folder, `kill-${verdict}-${step}.ndjson`);
      const apply = ['reassign', 'apply', write(planText(moves)), '--yes', '--throttle', '90MB/s'];
      const proxy = await startProxy(
        cluster,
        (apiKey) => (changing.has(apiKey) && ++seen === step ? verdict : 'pass'),
        () => running.process.kill('SIGKILL'),
      );
      const running = startKctl([...apply, '--journal', journal, ...proxy.words], { env });
      const { code, stderr } = await running.finished;
      proxy.close();
      const where = `${verdict} of change ${step}`;
      if (code === 0) break;
      assert.equal(code, 137, `${where}: ${stderr}`);
      killed++;
      const resumed = await run(['reassign', 'resume', '--journal', journal]);
      // Where the checks before the first move were cut off, there is no journal yet.
      if (resumed.code === 4) await kctl([...apply, '--journal', journal]);
      else assert.equal(resumed.code, 0, `${where}: ${resumed.stderr}`);
      assert.deepEqual(
        await replicasOf(cluster, topic),
        moves.map(({ to }) => to),
        where,
      );
      assert.deepEqual(await throttlesOf(cluster, topic), before, where);
      moves = inverse(moves);
    }
    moves = inverse(moves);
  }
  assert.ok(killed >= 16, `${killed} kills`);
  await kctl(['configs', 'unset', '--topic', topic, 'leader.replication.throttled.replicas']);
  await kctl(['configs', 'unset', '--broker', '1', 'follower.replication.throttled.rate']);
});

test('brokers restart one after another, the controller too, under producer, consumer and moves: nothing is lost', async () => {
  const topic = await topicOf('1:2:3,2:3:1,3:1:2', 1);
  const moving = await topicOf('1:2,2:3,3:1', 240);
  const moves: TestMove[] = [
    { topic: moving, partition: 0, from: [1, 2], to: [3, 2] },
    { topic: moving, partition: 1, from: [2, 3], to: [1, 3] },
    { topic: moving, partition: 2, from: [3, 1], to: [2, 1] },
    { topic, partition: 0, from: [1, 2, 3], to: [3, 1, 2] },
  ];
  const writing = startFlow(topic, cluster);
  const apply = ['reassign', 'apply', write(planText(moves)), '--yes', '--throttle', '60KB/s'];
  const running = startKctl([...apply, '-o', 'ndjson'], { env, timeoutMs: 200_000 });
  await running.waitFor((stdout) => stdout.includes('"submitted"'), 'the first move');
  for (const { id } of cluster.brokers) {
    await kctl(['local', 'kill', 'broker', String(id), '--name', name]);
    await kctl(['local', 'start', 'broker', String(id), '--name', name]);
  }
  assert.equal(running.process.exitCode, null, 'it had ended before the last broker was back');
  await kctl(['reassign', 'throttle', '100MB/s']);
  const { code, stderr } = await running.finished;
  assert.equal(code, 0, stderr);
  await verifyByKafka(moves);
  assert.deepEqual(await throttlesOf(cluster, moving), []);
  await writing.assertAllThere();
});

test('a broker that dies: what needs it is set aside and taken back, the rest is done, exit 1; resume clears up', async () => {
  const topic = await topicOf('1:2,1:2', 60);
  const moves: TestMove[] = [
    { topic, partition: 0, from: [1, 2], to: [3, 2] },
    { topic, partition: 1, from: [1, 2], to: [2, 1] },
  ];
  const before = await throttlesOf(cluster, topic);
  const apply = ['reassign', 'apply', write(planText(moves)), '--yes', '--throttle', '100KB/s'];
  const running = startKctl([...apply, '--stall-after', '4s', '-o', 'json'], { env, timeoutMs: 120_000 });
  await startedCopying();
  await kctl(['local', 'kill', 'broker', '3', '--name', name]);
  const { code, stdout, stderr } = await running.finished;
  assert.equal(code, 1, stderr);
  const done = assertDocument(stdout, 'ReassignmentRun');
  assert.deepEqual([done.outcome, done.moves.done, done.moves.setAside], ['partial', 1, 1]);
  assert.match(stderr, /set aside: \S+-0, broker 3 is away/);
  const codes = done.errors.map((error: { code: string }) => error.code);
  assert.ok(codes.includes('MOVE_SET_ASIDE') && codes.includes('THROTTLE_LEFT'), String(codes));
  const kept = [
    [1, 2],
    [2, 1],
  ];
  assert.deepEqual(await replicasOf(cluster, topic), kept);
  const note = await run(['topics', 'list']);
  assert.match(note.stderr, /journal is open/);
  await kctl(['local', 'start', 'broker', '3', '--name', name]);
  await kctl(['reassign', 'throttle', '100MB/s']);
  const resumed = assertDocument(await kctl(['reassign', 'resume', '-o', 'json']), 'ReassignmentRun');
  assert.equal(resumed.outcome, 'done');
  assert.deepEqual(
    await replicasOf(cluster, topic),
    moves.map(({ to }) => to),
  );
  assert.deepEqual(await throttlesOf(cluster, topic), before);
});

async function startedCopying(): Promise<void> {
  await eventually('moves under way', async () => {
    const status = assertDocument(await kctl(['reassign', 'status', '-o', 'json']), 'ReassignmentStatus');
    return status.running.length > 0;
  });
}

test('a broker that never comes back holds the journal open until it is forgotten', async () => {
  const topic = await topicOf('1:2', 40);
  const moves: TestMove[] = [{ topic, partition: 0, from: [1, 2], to: [3, 2] }];
  const apply = ['reassign', 'apply', write(planText(moves)), '--yes', '--throttle', '100KB/s'];
  const running = startKctl([...apply, '--stall-after', '2s'], { env, timeoutMs: 120_000 });
  await startedCopying();
  await kctl(['local', 'kill', 'broker', '3', '--name', name]);
  const { code, stderr } = await running.finished;
  assert.equal(code, 1, stderr);
  assert.match(stderr, /broker 3.* keeps the throttle[\s\S]*kctl reassign resume --forget-away/);
  const kept = await run(['reassign', 'resume']);
  assert.equal(kept.code, 1);
  assert.match(kept.stderr, /keeps the throttle/);
  const forgotten = await run(['reassign', 'resume', '--forget-away', '-o', 'json']);
  assert.equal(forgotten.code, 1, 'the move was not made');
  const { outcome, errors, warnings } = assertDocument(forgotten.stdout, 'ReassignmentRun');
  assert.equal(outcome, 'partial');
  assert.deepEqual(
    errors.map((error: { code: string }) => error.code),
    ['MOVE_SET_ASIDE'],
  );
  assert.match(
    warnings.join(),
    /broker 3 is away, and keeps its throttle; should it come back: kctl throttle list/,
  );
  assert.equal((await run(['reassign', 'resume'])).code, 4, 'no journal is open any more');
  assert.deepEqual(await throttlesOf(cluster, topic), [], 'those of brokers that are there are gone');
  assert.deepEqual(await replicasOf(cluster, topic), [[1, 2]]);
  await kctl(['local', 'start', 'broker', '3', '--name', name]);
  const left = (await throttlesOf(cluster, topic)).filter((text) => text.startsWith('broker 3 '));
  assert.equal(left.length, 2, 'and it still has its own');
  await kctl(['throttle', 'clear', '--all', '--yes']);
});

test('a topic that is deleted while it moves is set aside, and the rest is done', async () => {
  const [gone, other] = [await topicOf('1:2', 40), await topicOf('1:2', 1)];
  const moves = [gone, other].map((topic): TestMove => ({ topic, partition: 0, from: [1, 2], to: [3, 2] }));
  const apply = [
    'reassign',
    'apply',
    write(planText(moves)),
    '--yes',
    '--throttle',
    '100KB/s',
    '-o',
    'ndjson',
  ];
  const running = startKctl(apply, { env, timeoutMs: 120_000 });
  await running.waitFor((stdout) => stdout.includes('"submitted"'), 'the first move');
  await kctl(['topics', 'delete', gone, '--yes']);
  await kctl(['reassign', 'throttle', '100MB/s']);
  const { code, stdout } = await running.finished;
  assert.equal(code, 1);
  const done = assertDocument(stdout.trimEnd().split('\n').at(-1) ?? '', 'ReassignmentRun');
  assert.deepEqual([done.outcome, done.moves.done], ['partial', 1]);
  assert.match(done.errors[0].message, /no such partition any more/);
  assert.deepEqual(await throttlesOf(cluster, other), []);
});

test('replicas move between the directories of a broker, throttled, and the throttle is as before', async () => {
  const two = await startCluster(['--log-dirs', '2']);
  const at = { env: two.env };
  const dirs = async (): Promise<Array<{ path: string; replicas: Array<{ topic: string }> }>> =>
    assertDocument((await runKctl(['brokers', 'log-dirs', '-o', 'json'], at)).stdout, 'LogDirList').items;
  const topic = randomName('dirs');
  assert.equal((await runKctl(['topics', 'create', topic, '--partitions', '3'], at)).code, 0);
  const input = `${'x'.repeat(100_000)}\n`.repeat(30);
  assert.equal((await runKctl(['produce', topic, '--batch-size', '100KB'], { ...at, input })).code, 0);
  const [first, second] = await dirs();
  assert.ok(first && second);
  const key = 'replica.alter.log.dirs.io.max.bytes.per.second';
  assert.equal((await runKctl(['configs', 'set', '--broker', '1', `${key}=55555555`], at)).code, 0);
  for (const to of [second.path, first.path]) {
    const words = [
      'reassign',
      'log-dirs',
      topic,
      '--broker',
      '1',
      '--to',
      to,
      '--throttle',
      '50MB/s',
      '--yes',
    ];
    const moved = await runKctl([...words, '-o', 'json'], at);
    assert.equal(moved.code, 0, moved.stderr);
    const { items } = assertDocument(moved.stdout, 'LogDirMoveList');
    assert.equal(items.length, 3);
    const now = (await dirs()).find(({ path }) => path === to);
    assert.equal(now?.replicas.filter((replica) => replica.topic === topic).length, 3);
  }
  const kept = await runKctl(['configs', 'describe', '--broker', '1', '-o', 'json'], at);
  assert.match(kept.stdout, /55555555/);
  const wrong = await runKctl(
    ['reassign', 'log-dirs', topic, '--broker', '1', '--to', '/nowhere', '--yes'],
    at,
  );
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /no log directory \/nowhere/);
});

test('without the right to alter configurations there is no throttle, and that is said before anything moves', async () => {
  const secured = await startSecuredCluster(['op'], ['--brokers', '2']);
  const admin = { env: secured.env };
  const topic = randomName('rights');
  const created = await runKctl(['topics', 'create', topic, '--replica-assignment', '1'], admin);
  assert.equal(created.code, 0, created.stderr);
  for (const of of [
    ['--cluster', '--operation', 'alter'],
    ['--topic', '*'],
  ]) {
    const rights = ['--operation', 'describe', '--operation', 'describe-configs'];
    const words = ['acls', 'create', '--allow-principal', 'User:op', ...of, ...rights, '--yes'];
    assert.equal((await runKctl(words, admin)).code, 0);
  }
  const plan = write(planText([{ topic, partition: 0, from: [1], to: [2] }]));
  const apply = ['reassign', 'apply', plan, '--yes', '-o', 'json'];
  const op = { env: { ...secured.env, KCTL_COMMAND_CONFIG: secured.propertiesOf('op') } };
  const refused = await runKctl(apply, op);
  assert.equal(refused.code, 1);
  const { outcome, errors } = assertDocument(refused.stdout, 'ReassignmentRun');
  assert.equal(outcome, 'refused');
  assert.match(errors[0].hint, /--throttle none/);
  assert.deepEqual(await replicasOf(secured, topic), [[1]]);
  const moved = await runKctl([...apply, '--throttle', 'none'], op);
  assert.equal(moved.code, 0, moved.stderr);
  assert.deepEqual(await replicasOf(secured, topic), [[2]]);
});

test("Kafka's own file that is bad, or names what is not there, is refused in its words, and nothing is written", async () => {
  const topic = await topicOf('1:2', 1);
  const good = { topic, partition: 0, replicas: [3, 2] };
  const file = (...partitions: object[]) => JSON.stringify({ version: 1, partitions });
  const refusals: Array<[text: string, exitCode: number, code: string, words: RegExp]> = [
    ['{"version":1,', 2, 'INVALID_FILE', /not JSON/],
    [JSON.stringify({ partitions: [good] }), 2, 'INVALID_KAFKA_JSON', /it has no version/],
    [file({ ...good, replica: [1] }), 2, 'INVALID_KAFKA_JSON', /partitions\[0\] has a field "replica"/],
    [file(good, good), 2, 'INVALID_KAFKA_JSON', /-0 is there twice/],
    [file({ ...good, replicas: [3, 3] }), 2, 'INVALID_KAFKA_JSON', /each once/],
    [file({ ...good, topic: 'gone' }), 4, 'NOT_FOUND', /no partition gone-0/],
    [file({ ...good, partition: 7 }), 4, 'NOT_FOUND', /no partition \S+-7/],
    [file({ ...good, replicas: [99] }), 4, 'NOT_FOUND', /no broker 99/],
  ];
  const out = join(folder, 'imported.json');
  for (const [text, exitCode, code, words] of refusals) {
    const refused = await run(['reassign', 'import', write(text), '--plan-out', out, '-o', 'json']);
    const [error] = assertErrors(refused.stderr);
    assert.deepEqual([refused.code, error.code], [exitCode, code], text);
    assert.match(error.message, words);
    assert.ok(!existsSync(out), text);
  }
  await kctl(['reassign', 'import', write(file(good)), '--plan-out', out]);
  await kctl(['reassign', 'apply', out, '--yes']);
  assert.deepEqual(await replicasOf(cluster, topic), [[3, 2]]);
});

test('a destination that is killed and started again gets the rest, throttled as before', async () => {
  const topic = await topicOf('1:2', 60);
  const moves: TestMove[] = [{ topic, partition: 0, from: [1, 2], to: [3, 2] }];
  const apply = ['reassign', 'apply', write(planText(moves)), '--yes', '--throttle', '200KB/s'];
  const running = startKctl([...apply, '-o', 'ndjson'], { env, timeoutMs: 120_000 });
  await startedCopying();
  await kctl(['local', 'kill', 'broker', '3', '--name', name]);
  await running.waitFor((stdout) => stdout.includes('"set-aside"'), 'that the broker is missed');
  assert.match(running.stdout(), new RegExp(`set aside: ${topic}-0, broker 3 is away`));
  await kctl(['local', 'start', 'broker', '3', '--name', name]);
  assert.ok(
    (await throttlesOf(cluster, topic)).includes('broker 3 follower.replication.throttled.rate=200000'),
  );
  await kctl(['reassign', 'throttle', '100MB/s']);
  const { code, stderr } = await running.finished;
  assert.equal(code, 0, stderr);
  await verifyByKafka(moves);
  assert.deepEqual(await throttlesOf(cluster, topic), []);
});
