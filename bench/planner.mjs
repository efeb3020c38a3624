/**
 * The planner on simulated clusters: bytes against the bound by kind of instance, and time and memory at full scale.
 * `node bench/planner.mjs [instances] [most brokers] [seed]`
 */
import { register } from 'tsx/esm/api';

register();
const { planReassignment } = await import('../src/reassign/plan/plan.ts');
const { evaluate } = await import('../src/reassign/plan/evaluate.ts');
const { plainRequest } = await import('../src/reassign/plan/types.ts');
const { randomCluster, randomInstance, seeded, shapeOf } = await import('../test/support/random-clusters.ts');

const [count = 100, mostBrokers = 200, seed = 1] = process.argv.slice(2).map(Number);
const groups = new Map();
for (let at = 0; at < count; at++) {
  const instance = randomInstance(seed * 100_000 + at, mostBrokers);
  let plan;
  try {
    plan = planReassignment(instance.snapshot, instance.request);
  } catch (error) {
    if (error.code !== 'NO_IMPROVEMENT') throw error;
    continue;
  }
  const faults = evaluate(instance.snapshot, instance.request, plan);
  if (faults.length > 0) throw new Error(`seed ${instance.seed}: ${faults[0]}`);
  const { group, ratio, widened } = shapeOf(instance, plan);
  const list = groups.get(group) ?? [];
  list.push({ ratio, widened });
  groups.set(group, list);
}
console.log(
  '| instances | n | widened | bytes/bound median | 95 % | worst |\n| --- | --- | --- | --- | --- | --- |',
);
for (const [group, list] of [...groups].sort()) {
  const ratios = list.map(({ ratio }) => ratio).sort((a, b) => a - b);
  const at = (part) => ratios[Math.min(ratios.length - 1, Math.floor(part * ratios.length))].toFixed(4);
  const widened = list.filter((one) => one.widened).length;
  console.log(`| ${group} | ${list.length} | ${widened} | ${at(0.5)} | ${at(0.95)} | ${at(1)} |`);
}

const full = { brokers: 1000, racks: 10, partitions: 200_000, factor: 3 };
const fresh = Array.from({ length: 50 }, (_, i) => 1000 - i);
const wishes = [
  ['drain 3 brokers', {}, { drain: [1, 2, 3] }],
  ['rebalance', {}, { balance: true }],
  ['fill 50 brokers', { fresh: 50 }, { fill: fresh }],
];
console.log(
  '\n| 1,000 brokers, 200,000 partitions | CPU | bytes/bound | memory |\n| --- | --- | --- | --- |',
);
for (const [name, shape, wish] of wishes) {
  const snapshot = randomCluster({ ...full, ...shape }, seeded(seed));
  const before = process.cpuUsage().user;
  const plan = planReassignment(snapshot, { ...plainRequest, ...wish });
  const seconds = (process.cpuUsage().user - before) / 1e6;
  const ratio = plan.bytesToMove / plan.bytesLowerBound;
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(`| ${name} | ${seconds.toFixed(1)} s | ${ratio.toFixed(4)} | ${memory} MiB |`);
}
