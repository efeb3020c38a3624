import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { kraftVersion, startCluster } from '../support/cluster.js';
import { randomName, runKctl, startKctl } from '../support/kctl.js';
import { replicasOf } from '../support/reassignments.js';
import { assertDocument, assertErrors } from '../support/schemas.js';

/** Brokers can be cordoned since Kafka 4.3. */
const cluster = await startCluster(['--kafka', kraftVersion, '--brokers', '3', '--heap', '256m']);
const { env } = cluster;
const folder = mkdtempSync(join(tmpdir(), 'kctl-cordons-'));
after(() => rmSync(folder, { recursive: true }));

async function kctl(words: string[]): Promise<string> {
  const { code, stdout, stderr } = await runKctl(words, { env, timeoutMs: 60_000 });
  assert.equal(code, 0, `kctl ${words.join(' ')}: ${stderr}`);
  return stdout;
}

const made: string[] = [];

async function newTopic(): Promise<string> {
  const topic = randomName('cordons');
  made.push(topic);
  await kctl(['topics', 'create', topic, '--partitions', '6', '--replication-factor', '2']);
  return topic;
}

/** The brokers that take no new replicas, as they themselves tell. */
async function cordoned(): Promise<number[]> {
  const { brokers } = assertDocument(await kctl(['reassign', 'snapshot', '-o', 'json']), 'ClusterSnapshot');
  return brokers.flatMap(({ id, cordoned }: { id: number; cordoned?: boolean }) => (cordoned ? [id] : []));
}

const holds = (replicas: number[][], id: number) => replicas.some((ids) => ids.includes(id));

test('a broker that is drained takes no new replicas; fill says so, and rollback opens it again', async () => {
  const topic = await newTopic();
  const before = await replicasOf(cluster, topic);
  assert.ok(holds(before, 3));
  const { stderr } = await runKctl(['brokers', 'drain', '3', '--yes'], { env });
  assert.match(stderr, /cordoned first: +broker 3/);
  assert.match(
    stderr,
    /no new replica comes to broker 3; opened again by: kctl configs unset --broker 3 cordoned\.log\.dirs/,
  );
  assert.deepEqual(await cordoned(), [3]);
  assert.ok(!holds(await replicasOf(cluster, topic), 3));
  assert.ok(!holds(await replicasOf(cluster, await newTopic()), 3), 'a new topic does not come to it');
  const filled = await runKctl(['brokers', 'fill', '3', '--yes', '-o', 'json'], { env });
  assert.equal(filled.code, 5);
  const [error] = assertErrors(filled.stderr);
  assert.equal(error.code, 'CORDONED');
  assert.match(error.hint, /configs unset --broker 3 cordoned\.log\.dirs/);
  await kctl(['reassign', 'rollback', '--yes']);
  assert.deepEqual(await cordoned(), []);
  assert.deepEqual(await replicasOf(cluster, topic), before);
});

test('the plan of a drain keeps the cordon for "reassign apply"; unset, the broker can be filled', async () => {
  const file = join(folder, 'drain.json');
  await kctl(['brokers', 'drain', '3', '--plan-out', file]);
  assertDocument(readFileSync(file, 'utf8'), 'ReassignmentPlan');
  assert.deepEqual(await cordoned(), [], 'nothing was done yet');
  await kctl(['reassign', 'apply', file, '--yes']);
  assert.deepEqual(await cordoned(), [3]);
  await kctl(['configs', 'unset', '--broker', '3', 'cordoned.log.dirs']);
  await kctl(['brokers', 'fill', '3', '--by', 'count', '--yes']);
  assert.ok(holds(await replicasOf(cluster, await newTopic()), 3));
});

test("cancel opens what the drain has cordoned, and leaves an operator's own cordon", async () => {
  await kctl(['topics', 'delete', ...made, '--yes']);
  const topic = randomName('cordons');
  await kctl(['topics', 'create', topic, '--replica-assignment', '2:3,3:2,1:3']);
  const input = `${'x'.repeat(100_000)}\n`.repeat(60);
  assert.equal((await runKctl(['produce', topic, '--batch-size', '100KB'], { env, input })).code, 0);
  await kctl(['configs', 'set', '--broker', '2', 'cordoned.log.dirs=*']);
  const nowhere = await runKctl(['brokers', 'drain', '3', '--dry-run'], { env });
  assert.equal(nowhere.code, 1);
  assert.match(nowhere.stderr, /no broker has room[\s\S]*broker 2 is cordoned/);
  await kctl(['topics', 'set-rf', topic, '1', '--yes']);
  for (const id of [2, 3]) {
    const words = ['brokers', 'drain', String(id), '--yes', '--throttle', '50KB/s', '-o', 'ndjson'];
    const run = startKctl(words, { env });
    await run.waitFor((stdout) => stdout.includes('"submitted"'), 'the first move');
    await kctl(['reassign', 'cancel']);
    const { code, stderr } = await run.finished;
    assert.equal(code, 1, stderr);
    assert.deepEqual(await cordoned(), [2]);
  }
});
