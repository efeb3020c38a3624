import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sharedCluster } from '../support/cluster.js';
import { runKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import { aloneReassigning } from '../support/reassignments.js';
import { assertDocument, assertErrors, type JsonDocument } from '../support/schemas.js';
import { makeTopic, numbers, produce } from '../support/topics.js';

/** Three brokers, each in a rack of its own, and topics of these tests' own: every intent is told to look at no other. */
const cluster = await sharedCluster();
const { env } = cluster;
const folder = mkdtempSync(join(tmpdir(), 'kctl-intents-'));
after(() => rmSync(folder, { recursive: true }));

/** Runs an intent for a topic to its end. */
async function carriedOut(words: string[]): Promise<JsonDocument> {
  const { code, stdout, stderr } = await runKctl([...words, '--yes', '-o', 'json'], { env });
  assert.equal(code, 0, stderr);
  const run = assertDocument(stdout, 'ReassignmentRun');
  assert.equal(run.outcome, 'done');
  return run;
}

async function planned(words: string[]): Promise<JsonDocument> {
  const { code, stdout, stderr } = await runKctl([...words, '--dry-run', '-o', 'json'], { env });
  assert.equal(code, 0, stderr);
  return assertDocument(stdout, 'ReassignmentPlan');
}

/** The replicas of each partition, as Kafka's own tool tells them. */
async function replicasOf(topic: string): Promise<number[][]> {
  const args = ['--bootstrap-server', cluster.bootstrapServers, '--describe', '--topic', topic];
  const { stdout } = await runTool('topics', args);
  const lines = [...stdout.toString().matchAll(/Partition: (\d+).*Replicas: ([\d,]+)/g)];
  return lines.map(([, , ids = '']) => ids.split(',').map(Number));
}

const held = (replicas: number[][], id: number) => replicas.filter((ids) => ids.includes(id)).length;

test('every intent is planned, held back without consent, and carried out', async () => {
  const assignment = ['1:2', '1:2', '2:1', '1:2', '2:1', '1:2'];
  const topic = await makeTopic(cluster, 6, ['--replica-assignment', assignment.join(',')]);
  await produce(cluster, topic, numbers(1, 6000));
  const scope = ['--topics', topic];
  await aloneReassigning(cluster, async () => {
    const before = await replicasOf(topic);
    const plan = await planned(['rebalance', ...scope]);
    assert.ok(plan.bytesToMove >= plan.bytesLowerBound && plan.bytesLowerBound > 0, JSON.stringify(plan));
    const { code, stderr } = await runKctl(['rebalance', ...scope], { env });
    assert.equal(code, 2);
    assert.match(stderr, /no plan can move less than[\s\S]*this asks first: rebalance[\s\S]*--yes/);
    const file = join(folder, 'plan.json');
    assert.equal((await runKctl(['rebalance', ...scope, '--plan-out', file], { env })).code, 0);
    assertDocument(readFileSync(file, 'utf8'), 'ReassignmentPlan');
    assert.deepEqual(await replicasOf(topic), before);

    const run = await carriedOut(['rebalance', ...scope]);
    assert.equal(run.moves.done, plan.moves.length);
    const balanced = await replicasOf(topic);
    for (const id of [1, 2, 3]) assert.ok([3, 4, 5].includes(held(balanced, id)), JSON.stringify(balanced));

    const drain = await planned(['brokers', 'drain', '3', ...scope]);
    assert.equal(drain.bytesToMove, drain.bytesLowerBound);
    await carriedOut(['brokers', 'drain', '3', ...scope]);
    const drained = await replicasOf(topic);
    assert.equal(held(drained, 3), 0);
    for (const [p, ids] of balanced.entries())
      if (!ids.includes(3)) assert.deepEqual(drained[p], ids, 'nothing else moves');

    await carriedOut(['brokers', 'fill', '3', ...scope]);
    assert.ok(held(await replicasOf(topic), 3) >= 3);

    await carriedOut(['topics', 'set-rf', topic, '1']);
    assert.ok((await replicasOf(topic)).every((ids) => ids.length === 1));
    const single = await replicasOf(topic);
    await carriedOut(['brokers', 'replace', '2', '1', ...scope]);
    assert.deepEqual(
      await replicasOf(topic),
      single.map(([id]) => [id === 2 ? 1 : (id ?? 0)]),
    );
    await carriedOut(['topics', 'set-rf', topic, '3']);
    assert.ok((await replicasOf(topic)).every((ids) => new Set(ids).size === 3));

    const led = await carriedOut(['leaders', 'balance', ...scope]);
    assert.equal(led.bytesTotal, 0);
    const leaders = (await replicasOf(topic)).map(([leader]) => leader);
    for (const id of [1, 2, 3]) {
      const count = leaders.filter((leader) => leader === id).length;
      assert.ok(count >= 1 && count <= 3, leaders.join());
    }
  });
});

test('what cannot be is refused before anything is done', async () => {
  const topic = await makeTopic(cluster, 2, [
    '--replica-assignment',
    '1:2,2:1',
    '--config',
    'min.insync.replicas=2',
  ]);
  for (const [words, exitCode, code] of [
    [['topics', 'set-rf', topic, '1'], 5, 'BELOW_MIN_ISR'],
    [['topics', 'set-rf', topic, '4'], 1, 'TOO_FEW_BROKERS'],
    [['topics', 'set-rf', topic, 'many'], 2, 'USAGE'],
    [['topics', 'set-rf', 'no-such-topic', '2'], 4, 'NOT_FOUND'],
    [['brokers', 'drain', '77'], 4, 'UNKNOWN_BROKER'],
    [['brokers', 'replace', '1', '77', '--topics', topic], 4, 'UNKNOWN_BROKER'],
    [['brokers', 'fill', 'x'], 2, 'USAGE'],
  ] as const) {
    const run = await runKctl([...words, '--yes', '-o', 'json'], { env });
    assert.equal(run.code, exitCode, run.stderr);
    assert.equal(assertErrors(run.stderr)[0].code, code);
  }
  assert.deepEqual(await replicasOf(topic), [
    [1, 2],
    [2, 1],
  ]);
});

test('a snapshot of the cluster plans as the cluster does, and Kafka reads what is exported', async () => {
  const topic = await makeTopic(cluster, 3, ['--replica-assignment', '1:2,1:2,1:2']);
  await produce(cluster, topic, numbers(1, 3000));
  const { stdout } = await runKctl(['reassign', 'snapshot', '-o', 'json'], { env });
  const snapshot = assertDocument(stdout, 'ClusterSnapshot');
  assert.deepEqual(snapshot.errors, []);
  const words = ['reassign', 'plan', '--drain', '1', '--topics', topic, '-o', 'json'];
  const live = assertDocument((await runKctl(words, { env })).stdout, 'ReassignmentPlan');
  const nowhere = { KCTL_BOOTSTRAP_SERVERS: '127.0.0.1:1' };
  const filed = await runKctl([...words, '--from-file', '-'], { env: nowhere, input: stdout });
  assert.deepEqual(assertDocument(filed.stdout, 'ReassignmentPlan').moves, live.moves);
  assert.equal(live.replicasToMove, 3);

  const exported = await runKctl(['reassign', 'export', '--topics', topic], { env });
  const now = JSON.parse(exported.stdout);
  assert.deepEqual(
    now.partitions.map(({ replicas }: { replicas: number[] }) => replicas),
    await replicasOf(topic),
  );
});
