import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startCluster } from '../support/cluster.js';
import { eventually, randomName, runKctl, startKctl } from '../support/kctl.js';
import { aloneReassigning, planText, replicasOf, throttlesOf } from '../support/reassignments.js';
import { assertDocument, assertErrors } from '../support/schemas.js';

/**
 * Brokers of two disks each, which can be full, that stay in the cluster for a while when they are paused, and whose files
 * hold a rate.
 */
const staticRate = 5_000_000;
const rateKeys = ['leader', 'follower'].map((of) => `${of}.replication.throttled.rate`);
const configs = ['zookeeper.session.timeout.ms=60000', ...rateKeys.map((key) => `${key}=${staticRate}`)];
const cluster = await startCluster([
  ...['--brokers', '3', '--log-dirs', '2', '--heap', '256m'],
  ...configs.flatMap((config) => ['--config', config]),
  ...(process.getuid?.() === 0 ? ['--disk-size', '96MB'] : []),
]);
const { env, name } = cluster;
const folder = mkdtempSync(join(tmpdir(), 'kctl-stalls-'));
after(() => rmSync(folder, { recursive: true }));
const plan = join(folder, 'plan.json');
const apply = ['reassign', 'apply', plan, '--yes'];
/** What an earlier test has copied within the brokers' window of 11 seconds may hold the first bytes up. */
const slowly = [...apply, '--throttle', '1MB/s', '--stall-after', '15s', '-o', 'ndjson'];

async function kctl(words: string[]): Promise<string> {
  const { code, stdout, stderr } = await runKctl(words, { env, timeoutMs: 120_000 });
  assert.equal(code, 0, `kctl ${words.join(' ')}: ${stderr}`);
  return stdout;
}

const local = (words: string[]) => kctl(['local', ...words, '--name', name]);

/** A topic of 20 MB on all brokers but one, and the plan that brings it from the first of them there. */
async function plannedTopic(to = 3): Promise<string> {
  const topic = randomName('stalls');
  const from = [1, 2, 3].filter((id) => id !== to);
  await kctl(['topics', 'create', topic, '--replica-assignment', from.join(':')]);
  const input = `${'x'.repeat(100_000)}\n`.repeat(200);
  const { code, stderr } = await runKctl(['produce', topic, '--batch-size', '100KB'], { env, input });
  assert.equal(code, 0, stderr);
  writeFileSync(plan, planText([{ topic, partition: 0, from, to: [to, ...from.slice(1)] }]));
  return topic;
}

/** The log directory of a broker in which a replica of the topic grows. */
async function growing(topic: string, broker = 3): Promise<string | undefined> {
  const words = ['brokers', 'log-dirs', String(broker), '-o', 'json'];
  const { items } = assertDocument(await kctl(words), 'LogDirList');
  const holds = (of: { replicas: Array<{ topic: string; sizeBytes: string | number }> }) =>
    of.replicas.some((replica) => replica.topic === topic && Number(replica.sizeBytes) > 0);
  return items.find(holds)?.path;
}

test('a destination that hangs is named as a stall, and the run ends by itself when it goes on', async () => {
  const { controllerId } = assertDocument(await kctl(['cluster', 'describe', '-o', 'json']));
  // Without the controller nothing could be looked at.
  const to = controllerId === 3 ? 2 : 3;
  await aloneReassigning(cluster, async () => {
    const topic = await plannedTopic(to);
    const run = startKctl([...slowly, '--timeout', '8s'], { env, timeoutMs: 120_000 });
    await eventually('the first bytes', async () => (await growing(topic, to)) !== undefined);
    await local(['pause', 'broker', String(to)]);
    try {
      const told = `stalled: ${topic}-0 from broker \\d to ${to} has had no byte for \\d+ s; broker ${to}: `;
      await run.waitFor((stdout) => new RegExp(told).test(stdout), 'the stall', 60_000);
    } finally {
      await local(['resume', 'broker', String(to)]);
    }
    await kctl(['reassign', 'throttle', '100MB/s']);
    const { code, stderr } = await run.finished;
    assert.equal(code, 0, stderr);
    const [replicas] = await replicasOf(cluster, topic);
    assert.equal(replicas?.[0], to);
    assert.deepEqual(await throttlesOf(cluster, topic), []);
  });
});

test('a disk that is full is refused beforehand, and one that fills is named; cancel takes back what it stopped', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can mount disks of limited size');
  const topic = await plannedTopic();
  await local(['fill-disk', 'broker', '3', '--leave', '10MB']);
  const refused = await runKctl([...apply, '-o', 'json'], { env });
  assert.equal(refused.code, 5);
  const [error] = assertDocument(refused.stdout, 'ReassignmentRun').errors;
  assert.deepEqual([error.subject, error.code], ['broker 3', 'DISK_TOO_SMALL']);
  await local(['fill-disk', 'broker', '3', '--undo']);

  const run = startKctl(slowly, { env, timeoutMs: 120_000 });
  let path: string | undefined;
  await eventually('the first bytes', async () => {
    path = await growing(topic);
    return path !== undefined;
  });
  const dirs = assertDocument(await kctl(['brokers', 'log-dirs', '3', '-o', 'json'])).items;
  const at = dirs.findIndex((dir: { path: string }) => dir.path === path) + 1;
  await local(['fill-disk', 'broker', '3', '--leave', '500KB', '--log-dir', String(at)]);
  const stalled =
    /stalled: \S+-0 from broker [12] to 3 has had no byte for \d+ s; log directory \S+ of broker 3: /;
  await run.waitFor((stdout) => stalled.test(stdout), 'the stall', 60_000);
  assert.ok(run.stdout().includes(`log directory ${path} of broker 3`), run.stdout());
  await kctl(['reassign', 'cancel']);
  const { code, stdout } = await run.finished;
  assert.equal(code, 1);
  assert.match(stdout, /it was taken back by \\"kctl reassign cancel\\"/);
  assert.deepEqual(await replicasOf(cluster, topic), [[1, 2]]);
  assert.deepEqual(await throttlesOf(cluster, topic), []);
  const errors = await runKctl(['reassign', 'resume', '-o', 'json'], { env });
  assert.deepEqual([errors.code, assertErrors(errors.stderr)[0].code], [4, 'NO_JOURNAL']);
});

test('a rate in the files of brokers, which they do not obey, is set for the run and stays in the files', async () => {
  const topic = await plannedTopic();
  const run = startKctl(apply, { env });
  await eventually('the rates', async () => (await throttlesOf(cluster, topic)).length === 8);
  const now = await throttlesOf(cluster, topic);
  const rates = now.filter((text) => text.startsWith('broker '));
  assert.deepEqual(
    rates,
    [1, 2, 3].flatMap((id) => [...rateKeys].sort().map((key) => `broker ${id} ${key}=${staticRate}`)),
  );
  const { code, stderr } = await run.finished;
  assert.equal(code, 0, stderr);
  assert.match(stderr, /throttled: broker 1, 2, 3 at \S+ \S+\/s/);
  assert.deepEqual(await throttlesOf(cluster, topic), []);
  for (const id of ['1', '2', '3']) {
    const { items } = assertDocument(await kctl(['configs', 'describe', '--broker', id, '-o', 'json']));
    const kept = items[0].configs.filter((entry: { name: string }) => rateKeys.includes(entry.name));
    assert.deepEqual(
      kept.map(({ value, source }: Record<string, string>) => [value, source]),
      rateKeys.map(() => [String(staticRate), 'static']),
    );
  }
});
