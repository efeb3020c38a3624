import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sharedCluster } from '../support/cluster.js';
import { eventually, runKctl, startKctl } from '../support/kctl.js';
import { aloneReassigning, inverse, planText, replicasOf, throttlesOf } from '../support/reassignments.js';
import { assertDocument } from '../support/schemas.js';
import { noTerminal, startInTerminal } from '../support/terminal.js';
import { makeTopic, produce } from '../support/topics.js';

const cluster = await sharedCluster();
const folder = mkdtempSync(join(tmpdir(), 'kctl-throttles-'));
after(() => rmSync(folder, { recursive: true }));
// A journal that is left is told of by each command that knows of it: not to the other tests of this cluster.
const env = { ...cluster.env, KCTL_STATE_DIR: join(folder, 'state') };

async function kctl(words: string[]): Promise<string> {
  const { code, stdout, stderr } = await runKctl(words, { env, timeoutMs: 60_000 });
  assert.equal(code, 0, `kctl ${words.join(' ')}: ${stderr}`);
  return stdout;
}

const topic = await makeTopic(cluster, 2, ['--replica-assignment', '1:2,1:2']);
await produce(cluster, topic, `${'x'.repeat(100_000)}\n`.repeat(200), ['--batch-size', '100KB']);
const file = join(folder, 'plan.json');
const moves = [
  { topic, partition: 0, from: [1, 2], to: [3, 2] },
  { topic, partition: 1, from: [1, 2], to: [2, 3] },
];
const there = moves.map(({ to }) => to);
const here = moves.map(({ from }) => from);

/** What an operator has set, in each place where a throttle can stand. */
const operators: Array<[of: string[], key: string, value: string]> = [
  [['--topic', topic], 'leader.replication.throttled.replicas', '0:2,7:7'],
  [['--topic', topic], 'follower.replication.throttled.replicas', '*'],
  [['--broker', '1'], 'leader.replication.throttled.rate', '77777777'],
  [['--broker', '3'], 'follower.replication.throttled.rate', '88888888'],
  [['--broker-defaults'], 'follower.replication.throttled.rate', '99999999'],
];

const slowly = ['reassign', 'apply', file, '--yes', '--throttle', '500KB/s'];

/** Moves of a run that was begun slowly go on, and its own throttle is seen on a broker. */
async function underWay(): Promise<void> {
  await eventually('moves under way', async () => {
    const status = assertDocument(await kctl(['reassign', 'status', '-o', 'json']), 'ReassignmentStatus');
    return status.running.length > 0;
  });
  const now = await throttlesOf(cluster, topic);
  assert.ok(now.includes('broker 1 leader.replication.throttled.rate=500000'), now.join('\n'));
}

/** After a run was left: it goes on by itself, throttled, and every other command says so. */
async function assertLeft(): Promise<void> {
  const status = assertDocument(await kctl(['reassign', 'status', '-o', 'json']), 'ReassignmentStatus');
  assert.equal(status.journal.runnerPid, null);
  assert.ok(status.running.length > 0, 'the moves have gone on');
  assert.ok((await throttlesOf(cluster, topic)).some((text) => text.endsWith('=500000')));
  assert.match((await runKctl(['topics', 'list'], { env })).stderr, /its journal is open/);
}

async function resumed(): Promise<number[][]> {
  await assertLeft();
  await kctl(['reassign', 'throttle', '100MB/s']);
  await kctl(['reassign', 'resume']);
  return there;
}

const twoCommands = /detached: .*\r?\n {2}kctl reassign resume\r?\n {2}kctl reassign cancel/;

/** The ways in which a run comes to an end. @returns where the replicas are then */
const ways: Array<[way: string, skip: string | false, take: () => Promise<number[][]>]> = [
  [
    'success',
    false,
    async () => {
      await kctl(['reassign', 'apply', file, '--yes', '--throttle', '100MB/s']);
      return there;
    },
  ],
  [
    'cancel',
    false,
    async () => {
      const run = startKctl(slowly, { env });
      await underWay();
      await kctl(['reassign', 'cancel']);
      assert.equal((await run.finished).code, 1, 'whoever carries it out says that it was cancelled');
      return here;
    },
  ],
  [
    'Ctrl-C, then resume',
    false,
    async () => {
      const run = startKctl(slowly, { env });
      await underWay();
      run.process.kill('SIGINT');
      const { code, stderr } = await run.finished;
      assert.equal(code, 130, stderr);
      assert.match(stderr, twoCommands);
      return await resumed();
    },
  ],
  [
    'Ctrl-C at a terminal, then resume',
    noTerminal,
    async () => {
      const run = startInTerminal(slowly, env);
      await underWay();
      const bars = /broker 3 {4}█*░+ +\d+% .* of .*\/s[\s\S]* left/;
      await eventually('bars with a rate and the time left', () => bars.test(run.output()));
      run.type('\x03');
      assert.deepEqual(await run.ended, { code: 130, sameMode: true }, run.output());
      assert.match(run.output(), twoCommands);
      return await resumed();
    },
  ],
  [
    'SIGKILL, then resume',
    false,
    async () => {
      const run = startKctl(slowly, { env });
      await underWay();
      run.process.kill('SIGKILL');
      assert.equal((await run.finished).code, 137);
      return await resumed();
    },
  ],
];

for (const [way, skip, take] of ways) {
  test(`an operator's throttles survive: ${way}`, { skip }, async () => {
    await aloneReassigning(cluster, async () => {
      for (const [of, key, value] of operators) await kctl(['configs', 'set', ...of, `${key}=${value}`]);
      const before = await throttlesOf(cluster, topic);
      assert.equal(before.length, operators.length);
      writeFileSync(file, planText(moves));
      const expected = await take();
      assert.deepEqual(await replicasOf(cluster, topic), expected);
      assert.deepEqual(await throttlesOf(cluster, topic), before);
      assert.doesNotMatch((await runKctl(['topics', 'list'], { env })).stderr, /journal/);
      for (const [of, key] of operators) await kctl(['configs', 'unset', ...of, key]);
      if (expected === here) return;
      writeFileSync(file, planText(inverse(moves)));
      await kctl(['reassign', 'apply', file, '--yes', '--throttle', 'none']);
      assert.deepEqual(await throttlesOf(cluster, topic), []);
    });
  });
}
