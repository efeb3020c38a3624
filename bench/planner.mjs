/**
 * The planner on simulated clusters.
 *
 * `node bench/planner.mjs instances [seed] [count]`: bytes against the bound, by kind of instance, of 100 unless told. With FROM and TO only
 * a part of the instances is planned, and with RESULTS=file figures are added to a file, whose table is printed.
 * `node bench/planner.mjs scale [seed]`: time and memory for 1,000 brokers and 200,000 partitions, a process each.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { planReassignment, evaluate, plainRequest, randomCluster, randomInstance, seeded, shapeOf } =
  await loadPlanner();

/** Bundled, as it is shipped: loaders of TypeScript add to what functions cost. */
async function loadPlanner() {
  const folder = mkdtempSync(join(tmpdir(), 'kctl-planner-'));
  const outfile = join(folder, 'planner.mjs');
  const files = ['plan', 'evaluate', 'types'].map((name) => `./src/reassign/plan/${name}.ts`);
  const contents = [...files, './test/support/random-clusters.ts'].map((file) => `export * from '${file}';`);
  await build({
    stdin: { contents: contents.join('\n'), resolveDir: root, loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outfile,
  });
  try {
    return await import(outfile);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function cpuSeconds(since) {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}

/** Plans one instance; every fifth twice, to see that the plans are the same. */
function measure(seed) {
  const instance = randomInstance(seed, 1000, 20_000);
  const start = process.cpuUsage();
  const { intent } = instance;
  let plan;
  try {
    plan = planReassignment(instance.snapshot, instance.request);
  } catch (error) {
    if (error.code !== 'NO_IMPROVEMENT') throw error;
    return { seed, intent, group: 'nothing to improve', cpu: cpuSeconds(start) };
  }
  const cpu = cpuSeconds(start);
  const faults = evaluate(instance.snapshot, instance.request, plan);
  const { group, ratio, widened } = shapeOf(instance, plan);
  const isCompared = seed % 5 === 0;
  const isSame =
    !isCompared ||
    JSON.stringify(planReassignment(instance.snapshot, instance.request)) === JSON.stringify(plan);
  const brokers = plan.brokers.length;
  return { seed, intent, group, ratio, widened, faults, isCompared, isSame, cpu, brokers };
}

function table(results) {
  const groups = Map.groupBy
    ? Map.groupBy(results, ({ group }) => group)
    : results.reduce((map, one) => map.set(one.group, [...(map.get(one.group) ?? []), one]), new Map());
  console.log(
    '## Planning\n\nBytes to be moved, of the least that is possible: random clusters of 6 to 1,000 brokers.\n',
  );
  console.log('| instances | n | widened | bytes/bound median | 95 % | worst | most CPU |');
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  for (const [group, list] of [...groups].sort()) {
    const ratios = list.map(({ ratio }) => ratio ?? 1).sort((a, b) => a - b);
    const at = (part) => ratios[Math.min(ratios.length - 1, Math.floor(part * ratios.length))].toFixed(4);
    const widened = list.filter((one) => one.widened).length;
    const most = Math.max(...list.map(({ cpu }) => cpu)).toFixed(1);
    console.log(
      `| ${group} | ${list.length} | ${widened} | ${at(0.5)} | ${at(0.95)} | ${at(1)} | ${most} s |`,
    );
  }
  const faulty = results.filter(({ faults }) => faults?.length > 0);
  const compared = results.filter(({ isCompared }) => isCompared);
  const same = compared.filter(({ isSame }) => isSame);
  const cpu = results.reduce((sum, one) => sum + one.cpu, 0);
  console.log(`\n${results.length} instances; evaluate finds fault with ${faulty.length} plans`);
  for (const { seed, faults } of faulty) console.log(`  ${seed}: ${faults[0]}`);
  console.log(`planned twice: ${compared.length}, the same plan: ${same.length}`);
  console.log(`CPU: ${cpu.toFixed(0)} s in all\n`);
}

function instances(seed, count) {
  const from = Number(process.env.FROM ?? 0);
  const to = Number(process.env.TO ?? count);
  const file = process.env.RESULTS;
  const results = [];
  for (let at = from; at < to; at++) {
    const result = measure(seed * 100_000 + at);
    results.push(result);
    if (file) appendFileSync(file, `${JSON.stringify(result)}\n`);
  }
  if (!file || !existsSync(file)) return table(results);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  table(lines.map((line) => JSON.parse(line)));
}

const fresh = Array.from({ length: 50 }, (_, i) => 1000 - i);
const allTopics = ({ topics }) => new Set(topics.map(({ name }) => name));
const wishes = {
  'drain 3 brokers': [{}, () => ({ drain: [1, 2, 3] })],
  'replace a broker': [{}, () => ({ replace: [{ from: 1, to: 1000 }] })],
  'replication factor 2': [{}, (all) => ({ replicationFactor: { topics: allTopics(all), factor: 2 } })],
  'replication factor 4': [{}, (all) => ({ replicationFactor: { topics: allTopics(all), factor: 4 } })],
  'fill 50 brokers': [{ fresh: 50 }, () => ({ fill: fresh })],
  rebalance: [{}, () => ({ balance: true })],
  'drain 3 brokers, rebalance': [{}, () => ({ drain: [1, 2, 3], balance: true })],
  'rebalance, unequal racks': [{ unequal: true }, () => ({ balance: true })],
};

/** One wish in a process of its own, so that its peak of memory is its own. */
function scaleOne(seed, name) {
  const [shape, wishOf] = wishes[name];
  const full = { brokers: 1000, racks: 10, partitions: 200_000, factor: 3, ...shape };
  const snapshot = randomCluster(full, seeded(seed));
  const request = { ...plainRequest, ...wishOf(snapshot) };
  const start = process.cpuUsage();
  const began = performance.now();
  const plan = planReassignment(snapshot, request);
  const wall = (performance.now() - began) / 1000;
  const cpu = cpuSeconds(start);
  const { bytesToMove, bytesLowerBound, balance } = plan;
  const ratio = bytesToMove === bytesLowerBound ? 1 : bytesToMove / bytesLowerBound;
  const widening = balance
    .filter(({ of, window }) => of !== 'leaders' && window !== null)
    .map(({ window, tolerance }) => Math.max(window.below, window.above) - tolerance);
  const widened = widening.length === 0 ? '' : `${(100 * Math.max(...widening)).toFixed(2)} %`;
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    `| ${name} | ${wall.toFixed(1)} s | ${cpu.toFixed(1)} s | ${ratio.toFixed(4)} | ${widened} | ${memory} MiB |`,
  );
}

function scale(seed) {
  console.log('| 1,000 brokers, 200,000 partitions | time | CPU | bytes/bound | widened by | peak memory |');
  console.log('| --- | --- | --- | --- | --- | --- |');
  const names = process.env.ONLY ? process.env.ONLY.split(';') : Object.keys(wishes);
  for (const name of names) {
    execFileSync(process.execPath, [process.argv[1], 'scale-one', String(seed), name], { stdio: 'inherit' });
  }
}

const [what = 'instances', seed = '1', last = '100'] = process.argv.slice(2);
if (what === 'scale') scale(Number(seed));
else if (what === 'scale-one') scaleOne(Number(seed), last);
else instances(Number(seed), Number(last));
