import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startCluster } from '../support/cluster.js';
import { startFlow } from '../support/flow.js';
import { randomName, runKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import { assertDocument, type JsonDocument } from '../support/schemas.js';

/** Six brokers in three racks, the first two with nearly all of the data; broker 6 has none. The last topic is written all the time. */
const cluster = await startCluster(['--brokers', '6', '--racks', '3', '--heap', '256m']);
const { env } = cluster;
const folder = mkdtempSync(join(tmpdir(), 'kctl-intents-'));
after(() => rmSync(folder, { recursive: true }));
const topics = [randomName('skewed'), randomName('skewed'), randomName('flow')];
const layouts = [
  '1:2,2:1,1:2,1:3,2:4,1:5,2:3,1:2,2:1,1:3,4:2,5:1',
  '1:2,1:3,2:3,4:5,1:5,2:1,1:2,3:4,1:2,2:1,1:3,2:3',
  '1:2,2:5,5:1,1:3,4:2,5:4',
];

async function kctl(words: string[]): Promise<string> {
  const { code, stdout, stderr } = await runKctl(words, { env, timeoutMs: 120_000 });
  assert.equal(code, 0, `kctl ${words.join(' ')}: ${stderr}`);
  return stdout;
}

type Layout = Map<string, number[]>;

/** Where replicas are, as Kafka's TopicCommand tells it. */
async function layoutOf(): Promise<Layout> {
  const lines = [
    ...(await ask('topics', ['--describe'])).matchAll(/Topic: (\S+)\s+Partition: (\d+).*Replicas: ([\d,]+)/g),
  ];
  return new Map(lines.map(([, topic, p, ids = '']) => [`${topic}-${p}`, ids.split(',').map(Number)]));
}

/**
 * Carries an intent out. Just the plan's moves are seen by Kafka's own tools afterwards, complete and in sync, and come to the bytes
 * that it told.
 */
async function carryOut(words: string[]): Promise<{ plan: JsonDocument; before: Layout; now: Layout }> {
  const file = join(folder, 'plan.json');
  const before = await layoutOf();
  await kctl([...words, '--plan-out', file]);
  const plan = assertDocument(readFileSync(file, 'utf8'), 'ReassignmentPlan');
  const run = assertDocument(
    await kctl(['reassign', 'apply', file, '--yes', '-o', 'json']),
    'ReassignmentRun',
  );
  assert.equal(run.outcome, 'done');
  const kafkaFile = join(folder, 'kafka.json');
  writeFileSync(kafkaFile, await kctl(['reassign', 'export', file]));
  const verify = ['--reassignment-json-file', kafkaFile, '--verify', '--preserve-throttles'];
  const said = await ask('reassign', verify);
  assert.equal(said.match(/is completed\./g)?.length, plan.moves.length, said);
  assert.equal(await ask('topics', ['--describe', '--under-replicated-partitions']), '');
  const now = await layoutOf();
  const expected = new Map(before);
  let bytesMoved = 0;
  for (const { topic, partition, to, sizeBytes } of plan.moves) {
    const name = `${topic}-${partition}`;
    expected.set(name, to);
    bytesMoved += sizeBytes * to.filter((id: number) => !before.get(name)?.includes(id)).length;
  }
  assert.deepEqual(now, expected);
  assert.equal(bytesMoved, plan.bytesToMove);
  return { plan, before, now };
}

/** What one of Kafka's own tools says of the cluster. */
async function ask(tool: 'reassign' | 'topics', words: string[]): Promise<string> {
  const run = await runTool(tool, ['--bootstrap-server', cluster.bootstrapServers, ...words]);
  assert.equal(run.code, 0, run.stderr);
  return run.stdout.toString();
}

const held = (layout: Layout, id: number) => [...layout.values()].filter((ids) => ids.includes(id)).length;

test('each intent reaches its goal on skewed data, with bytes at the bound; Kafka agrees, and nothing is lost', async (t) => {
  for (const [at, topic] of topics.entries())
    await kctl(['topics', 'create', topic, '--replica-assignment', layouts[at] ?? '']);
  const [first = '', second = '', flowing = ''] = topics;
  for (const topic of [first, second])
    await kctl(['produce', topic, '--template', `{n} ${'x'.repeat(300)}`, '--count', '60000']);
  const writing = startFlow(flowing, cluster);

  const drain = await carryOut(['brokers', 'drain', '5']);
  assert.equal(drain.plan.bytesToMove, drain.plan.bytesLowerBound);
  assert.equal(held(drain.now, 5), 0);
  for (const [partition, ids] of drain.before) {
    const gained = drain.now.get(partition)?.filter((id) => !ids.includes(id));
    assert.equal(gained?.length, ids.includes(5) ? 1 : 0, `${partition}: ${gained}`);
  }

  const fill = await carryOut(['brokers', 'fill', '5', '6']);
  assert.ok(fill.plan.bytesToMove <= 1.1 * fill.plan.bytesLowerBound, JSON.stringify(fill.plan.balance));
  assert.ok(held(fill.now, 5) > 0 && held(fill.now, 6) > 0);

  const more = await carryOut(['topics', 'set-rf', first, '3']);
  assert.equal(more.plan.bytesToMove, more.plan.bytesLowerBound);
  for (const [partition, ids] of more.now)
    assert.equal(ids.length, partition.startsWith(`${first}-`) ? 3 : 2, partition);
  const fewer = await carryOut(['topics', 'set-rf', first, '2']);
  assert.equal(fewer.plan.bytesToMove, 0);
  for (const [partition, ids] of fewer.now) {
    assert.equal(ids.length, 2, partition);
    for (const id of ids)
      assert.ok(more.now.get(partition)?.includes(id), 'nothing but what is too many goes');
  }

  const replaced = await carryOut(['brokers', 'replace', '1', '4']);
  assert.equal(replaced.plan.bytesToMove, replaced.plan.bytesLowerBound);
  for (const [partition, ids] of replaced.before) {
    const got = replaced.now.get(partition) ?? [];
    const others = ids.filter((id) => id !== 1);
    if (others.length === ids.length) assert.deepEqual(got, ids, `${partition} stays`);
    else
      assert.ok(!got.includes(1) && [...others, 4].every((id) => got.includes(id)), `${partition}: ${got}`);
  }

  const words = ['rebalance', '--tolerance', '20%'];
  const generated = await generate();
  const rebalance = await carryOut(words);
  const ratio = rebalance.plan.bytesToMove / rebalance.plan.bytesLowerBound;
  t.diagnostic(`rebalance at ${ratio.toFixed(3)} of the bound`);
  assert.ok(ratio <= 1.1, `${ratio}`);
  const ours = rebalance.plan;
  for (const [who, plan] of [
    ['kctl', ours],
    ['--generate', generated],
  ] as const) {
    const bytes = plan.balance.find(({ of }: { of: string }) => of === 'bytes');
    t.diagnostic(
      `${who}: ${plan.bytesToMove} bytes, ${plan.replicasToMove} replicas, ${JSON.stringify(bytes.after)}, racks ${plan.rackViolations.after}`,
    );
  }
  assert.ok(ours.bytesToMove <= generated.bytesToMove);
  assert.ok(ours.rackViolations.after <= generated.rackViolations.after);
  t.diagnostic(`${await writing.assertAllThere()} records were acknowledged, and read once, in order`);
});

/** What Kafka's own tool proposes for the same topics and brokers, as kctl reckons it. */
async function generate(): Promise<JsonDocument> {
  const listed = join(folder, 'topics.json');
  writeFileSync(listed, JSON.stringify({ version: 1, topics: topics.map((topic) => ({ topic })) }));
  const words = ['--generate', '--topics-to-move-json-file', listed, '--broker-list', '1,2,3,4,5,6'];
  const said = await ask('reassign', words);
  const proposal = said.split('Proposed partition reassignment configuration')[1];
  assert.ok(proposal, said);
  const file = join(folder, 'generated.json');
  writeFileSync(file, proposal.trim());
  return assertDocument(await kctl(['reassign', 'import', file, '-o', 'json']), 'ReassignmentPlan');
}
