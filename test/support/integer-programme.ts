import { buildModel } from '../../src/reassign/plan/model.js';
import { buildProblem } from '../../src/reassign/plan/problem.js';
import { fairShares, windowsOf } from '../../src/reassign/plan/shares.js';
import type { ReassignmentPlan } from '../../src/reassign/plan/types.js';
import type { Instance } from './random-clusters.js';

/**
 * The fewest bytes that any placement within a plan's windows copies, as an integer programme in CPLEX's LP format; or
 * its linear relaxation. It shares with the planner the goal's definition and nothing else.
 */
export function programmeOf({ snapshot, request }: Instance, plan: ReassignmentPlan, whole: boolean): string {
  const problem = buildProblem(buildModel(snapshot), request);
  const { model, hosts, targets, size, placeStart, homes, homeStart, doubles, costs } = problem;
  const shares = fairShares(problem);
  const windowOf = (of: string) =>
    plan.balance.find((line) => line.of === of)?.window ?? { below: 1, above: 1e9 };
  const windows = windowsOf(problem, shares, windowOf('bytes'), windowOf('replicas'));
  const objective: string[] = [];
  const rows: string[] = [];
  const variables: string[] = [];
  const load: string[][] = model.brokers.map(() => []);
  const count: string[][] = model.brokers.map(() => []);
  const scale = 1 / 2 ** 20;
  for (let p = 0; p < size; p++) {
    const own = [...homes.subarray(homeStart[p], homeStart[p + 1])];
    const places = (placeStart[p + 1] ?? 0) - (placeStart[p] ?? 0);
    const all: string[] = [];
    const byRack = new Map<number, string[]>();
    for (const [b, rack] of model.rackOf.entries()) {
      if (hosts[b] !== 1 || (targets[b] !== 1 && !own.includes(b))) continue;
      const x = `x${p}_${b}`;
      variables.push(x);
      all.push(x);
      byRack.set(rack, [...(byRack.get(rack) ?? []), x]);
      if (!own.includes(b)) objective.push(`${(costs[p] ?? 0) * scale} ${x}`);
      load[b]?.push(`${(shares.weights[p] ?? 0) * scale} ${x}`);
      count[b]?.push(x);
      rows.push(`${x} <= 1`);
    }
    rows.push(`${all.join(' + ')} = ${places}`);
    const used: string[] = [];
    for (const [rack, xs] of byRack) {
      const y = `y${p}_${rack}`;
      used.push(y);
      rows.push(`${y} <= 1`, `${y} - ${xs.join(' - ')} <= 0`);
    }
    rows.push(`${used.join(' + ')} >= ${places - (doubles[p] ?? 0)}`);
  }
  for (const b of model.brokers.keys()) {
    if (load[b]?.length === 0) continue;
    const bytes = load[b]?.join(' + ');
    const replicas = count[b]?.join(' + ');
    if (Number.isFinite(windows.maxLoad[b])) rows.push(`${bytes} <= ${(windows.maxLoad[b] ?? 0) * scale}`);
    if ((windows.minLoad[b] ?? 0) > 0) rows.push(`${bytes} >= ${(windows.minLoad[b] ?? 0) * scale}`);
    if (Number.isFinite(windows.maxCount[b])) rows.push(`${replicas} <= ${windows.maxCount[b]}`);
    if ((windows.minCount[b] ?? 0) > 0) rows.push(`${replicas} >= ${windows.minCount[b]}`);
  }
  const kinds = whole ? `Binary\n ${variables.join('\n ')}\n` : '';
  return `Minimize\n obj: ${objective.join('\n + ')}\nSubject To\n ${rows.join('\n ')}\n${kinds}End\n`;
}

export const programmeScale = 2 ** 20;
