import { buildModel } from './model.js';
import { buildProblem } from './problem.js';
import { balancedBrokers, fairShares } from './shares.js';
import { type ClusterSnapshot, isWindowed, type PlanRequest, type ReassignmentPlan } from './types.js';

/**
 * Checks a plan against the snapshot and the request that it was made for, by its own arithmetic: it applies the moves
 * to the snapshot and looks at the result. Only the definitions of the goal (fair shares) are the planner's.
 * @returns what does not hold, in words; empty when all does
 */
export function evaluate(snapshot: ClusterSnapshot, request: PlanRequest, plan: ReassignmentPlan): string[] {
  const faults: string[] = [];
  const outcome = apply(snapshot, plan, faults);
  checkReplicas(snapshot, request, outcome, faults);
  checkRacks(snapshot, request, outcome, faults);
  checkFigures(snapshot, request, plan, outcome, faults);
  if (isWindowed(request)) checkWindows(snapshot, request, plan, outcome, faults);
  return faults;
}

interface Outcome {
  /** By topic and partition. */
  partitions: Array<{
    name: string;
    topic: string;
    from: number[];
    to: number[];
    sizeBytes: number;
    readable: boolean;
  }>;
}

function apply(snapshot: ClusterSnapshot, plan: ReassignmentPlan, faults: string[]): Outcome {
  const moves = new Map(plan.moves.map((move) => [`${move.topic}-${move.partition}`, move]));
  const alive = new Set(snapshot.brokers.filter((broker) => broker.alive).map(({ id }) => id));
  if (moves.size < plan.moves.length) faults.push('a partition is moved twice');
  const partitions: Outcome['partitions'] = [];
  for (const { name: topic, partitions: list } of snapshot.topics) {
    for (const { partition, replicas, leader, sizeBytes } of list) {
      const name = `${topic}-${partition}`;
      const move = moves.get(name);
      moves.delete(name);
      if (move && move.from.join() !== replicas.join())
        faults.push(`${name} is on ${replicas}, not on ${move.from}`);
      const readable = leader >= 0 && replicas.some((id) => alive.has(id));
      if (move && !readable) faults.push(`${name} has no leader to copy it from`);
      const to = move?.to ?? replicas;
      partitions.push({ name, topic, from: replicas, to, sizeBytes: sizeBytes ?? 0, readable });
    }
  }
  for (const name of moves.keys()) faults.push(`there is no partition ${name}`);
  return { partitions };
}

function checkReplicas(
  snapshot: ClusterSnapshot,
  request: PlanRequest,
  { partitions }: Outcome,
  faults: string[],
): void {
  const alive = new Set(snapshot.brokers.filter((broker) => broker.alive).map(({ id }) => id));
  const cordoned = new Set(snapshot.brokers.filter((broker) => broker.cordoned).map(({ id }) => id));
  const leaving = new Set([...request.drain, ...request.replace.map(({ from }) => from)]);
  const closed = new Set([...request.excludedBrokers, ...leaving]);
  const open = request.brokers === null ? null : new Set(request.brokers);
  const factor = request.replicationFactor;
  for (const { name, topic, from, to, readable } of partitions) {
    if (!readable) continue;
    const moves = from !== to;
    if (to.length === 0 || new Set(to).size < to.length) faults.push(`${name} has a broker twice, or none`);
    const wanted = factor?.topics.has(topic) ? factor.factor : from.length;
    if (to.length !== wanted) faults.push(`${name} gets ${to.length} replicas, not ${wanted}`);
    const mayMove = request.topics === null || request.topics.has(topic) || factor?.topics.has(topic);
    if (moves && !mayMove) faults.push(`${name} is not among the topics that may move`);
    for (const id of to) {
      if (leaving.has(id) && mayMove) faults.push(`${name} is still on ${id}`);
      if (from.includes(id)) continue;
      if (!alive.has(id)) faults.push(`${name} goes to ${id}, which is not alive`);
      if (cordoned.has(id)) faults.push(`${name} goes to ${id}, which is cordoned`);
      if (closed.has(id) || (open && !open.has(id)))
        faults.push(`${name} goes to ${id}, which takes no part`);
    }
  }
}

/** No partition may be in fewer racks than before, or than it must be in, for the racks that there are. */
function checkRacks(
  snapshot: ClusterSnapshot,
  request: PlanRequest,
  { partitions }: Outcome,
  faults: string[],
): void {
  if (request.rackAware === 'ignore') return;
  const leaving = new Set([...request.drain, ...request.replace.map(({ from }) => from)]);
  const live = snapshot.brokers.filter((broker) => broker.alive);
  const rackOf = new Map(live.map(({ id, rack }) => [id, rack]));
  const open = new Set(request.brokers ?? live.map(({ id }) => id));
  const closed = new Set(request.excludedBrokers);
  const usable = live.filter(({ id }) => open.has(id) && !leaving.has(id) && !closed.has(id));
  const usableIds = new Set(usable.map(({ id }) => id));
  const racksOf = (ids: number[]) =>
    new Set(ids.filter((id) => rackOf.has(id)).map((id) => rackOf.get(id))).size;
  const usableRacks = racksOf([...usableIds]);
  for (const { name, from, to } of partitions) {
    if (from === to) continue;
    const liveReplicas = to.filter((id) => rackOf.has(id)).length;
    const most = Math.min(liveReplicas, usableRacks);
    const least = request.rackAware === 'require' ? most : Math.min(most, racksOf(from));
    // Replicas that stay on brokers without part may stand in one rack for good.
    const bound = to.filter((id) => rackOf.has(id) && !usableIds.has(id)).length;
    if (racksOf(to) < least - bound) faults.push(`${name} is in ${racksOf(to)} racks, not in ${least}`);
  }
}

function checkFigures(
  snapshot: ClusterSnapshot,
  request: PlanRequest,
  plan: ReassignmentPlan,
  { partitions }: Outcome,
  faults: string[],
): void {
  const inflow = new Map<number, number>();
  const held = new Map<number, { replicas: number; bytes: number }>();
  let bytes = 0;
  for (const { from, to, sizeBytes } of partitions) {
    for (const id of to) {
      const broker = held.get(id) ?? { replicas: 0, bytes: 0 };
      held.set(id, { replicas: broker.replicas + 1, bytes: broker.bytes + sizeBytes });
      if (from.includes(id)) continue;
      bytes += sizeBytes;
      inflow.set(id, (inflow.get(id) ?? 0) + sizeBytes);
    }
  }
  const { bytesToMove, bytesLowerBound } = plan;
  if (bytesToMove !== null && bytesToMove !== bytes)
    faults.push(`it copies ${bytes} bytes, not ${bytesToMove}`);
  if (bytesLowerBound !== null && bytesLowerBound > bytes) faults.push('it copies less than its lower bound');
  for (const { id, after } of plan.brokers) {
    const { replicas, bytes: stored } = held.get(id) ?? { replicas: 0, bytes: 0 };
    if (after.replicas !== replicas)
      faults.push(`broker ${id} holds ${replicas} replicas, not ${after.replicas}`);
    if (after.bytes !== null && after.bytes !== stored)
      faults.push(`broker ${id} holds ${stored} bytes, not ${after.bytes}`);
  }
  for (const { id, logDirs } of snapshot.brokers) {
    if (request.by === 'count' || logDirs.length === 0 || !inflow.has(id)) continue;
    let room = 0;
    for (const { totalBytes, freeBytes } of logDirs) {
      room += Math.max(0, (freeBytes ?? Number.POSITIVE_INFINITY) - request.diskHeadroom * (totalBytes ?? 0));
    }
    if ((inflow.get(id) ?? 0) > room) faults.push(`broker ${id} has no room for ${inflow.get(id)} bytes`);
  }
}

/** Every broker whose balance is asked for is within the window that the plan states. */
function checkWindows(
  snapshot: ClusterSnapshot,
  request: PlanRequest,
  plan: ReassignmentPlan,
  { partitions }: Outcome,
  faults: string[],
): void {
  const problem = buildProblem(buildModel(snapshot), request);
  const shares = fairShares(problem);
  const balanced = balancedBrokers(problem);
  const cap = shares.weights.reduce((most, weight) => Math.max(most, weight), 0);
  const inScope = (topic: string) => request.topics === null || request.topics.has(topic);
  for (const { of, window } of plan.balance) {
    if (window === null || of === 'leaders') continue;
    const values = new Map<number, number>();
    for (const { topic, to, sizeBytes, readable } of partitions) {
      if (!inScope(topic) || !readable) continue;
      for (const id of to)
        values.set(id, (values.get(id) ?? 0) + (of === 'bytes' ? Math.min(sizeBytes, cap) : 1));
    }
    for (const [b, { id }] of problem.model.brokers.entries()) {
      if (balanced[b] !== 1) continue;
      const share = (of === 'bytes' ? shares.load[b] : shares.count[b]) ?? 0;
      const slack = of === 'replicas' ? 1 : share * 1e-9;
      const value = values.get(id) ?? 0;
      if (value < share * (1 - window.below) - slack || value > share * (1 + window.above) + slack) {
        faults.push(`broker ${id} has ${value} ${of}, outside of the window around ${share}`);
      }
    }
  }
}
