import { KctlError, usageError } from '../../base/errors.js';
import { type Assignment, assignmentOf, replicasIn } from './assignment.js';
import { lowerBound } from './bound.js';
import { balanceLeaders, preferredLeaders } from './leaders.js';
import { buildModel, type ClusterModel, replicasOf } from './model.js';
import { buildProblem, type Problem } from './problem.js';
import {
  balanceOf,
  evenShares,
  measure,
  rackViolations,
  reportBrokers,
  reportRacks,
  trafficOf,
} from './report.js';
import { balancedBrokers, type Reach } from './shares.js';
import { type Solution, solve } from './solve.js';
import {
  type ClusterSnapshot,
  isWindowed,
  type PlannedBalance,
  type PlannedMove,
  type PlanRequest,
  type ReassignmentPlan,
} from './types.js';
import { describeRequest, percent, remainsOf } from './words.js';

/** A state of the cluster: who holds what, and who leads. */
interface State {
  assignment: Assignment;
  leaders: Int32Array;
}

/**
 * Plans what was asked for: the rules and the balance hold, then the fewest bytes are copied, then what imbalance
 * remains is least. The same input gives the same plan.
 * @throws KctlError NO_IMPROVEMENT with the figures when replicas would move and nothing be better for it
 */
export function planReassignment(snapshot: ClusterSnapshot, request: PlanRequest): ReassignmentPlan {
  const model = buildModel(snapshot);
  const places = movesReplicas(request);
  if (!places && !request.leaders) throw usageError('nothing is asked for');
  if (places && request.by === 'bytes' && !model.sized) throw unsized();
  const problem = buildProblem(model, request);
  const solution = places ? solve(problem) : null;
  const before: State = { assignment: assignmentOf(model, null), leaders: model.leader };
  const assignment = assignmentOf(model, solution?.placement ?? null);
  const led = request.balance || request.leaders ? topicScope(model, request) : null;
  const leaders = led && balanceLeaders(model, assignment, led, problem.hosts, request.tolerance);
  const after: State = { assignment, leaders: leadersAfter(model, assignment, led) };
  const balance = reportBalance(
    problem,
    solution,
    before,
    after,
    led && leaders ? { ...leaders, led } : null,
  );
  const violations = {
    before: rackViolations(model, before.assignment),
    after: rackViolations(model, after.assignment),
  };
  const plan: ReassignmentPlan = {
    kind: 'ReassignmentPlan',
    version: 1,
    clusterId: model.clusterId,
    intent: describeRequest(request),
    by: request.by,
    rackAware: request.rackAware,
    ...reportCost(problem, solution, after),
    leadersToChange: model.leader.reduce((sum, b, p) => sum + (b === after.leaders[p] ? 0 : 1), 0),
    rackViolations: violations,
    balance,
    ...reportPlaces(model, before, after),
    moves: movesOf(model, after.assignment),
    remains: remainsOf(problem, balance, isWindowed(request) ? (solution?.shares.weights ?? null) : null),
    warnings: [],
  };
  refuseNoBetter(plan, request);
  return plan;
}

function movesReplicas({ balance, drain, fill, replace, replicationFactor }: PlanRequest): boolean {
  return balance || drain.length + fill.length + replace.length > 0 || replicationFactor !== null;
}

function unsized(): KctlError {
  return new KctlError('the sizes of some partitions are not known', {
    code: 'SIZES_UNKNOWN',
    hint: 'Plan with --by count, which counts replicas instead of bytes.',
  });
}

/** The partitions of the topics that may change. */
function topicScope(model: ClusterModel, { topics }: PlanRequest): Int32Array {
  const all = Int32Array.from({ length: model.partitionCount }, (_, p) => p);
  return topics === null ? all : all.filter((p) => topics.has(model.topics[model.topicOf[p] ?? 0] ?? ''));
}

/** Preferred leaders are elected where leaders are balanced and where replicas changed; elsewhere they stay. */
function leadersAfter(model: ClusterModel, after: Assignment, led: Int32Array | null): Int32Array {
  const preferred = preferredLeaders(model, after);
  const elected = new Set(led);
  return model.leader.map((leader, p) =>
    elected.has(p) || !isSame(replicasOf(model, p), replicasIn(after, p)) ? (preferred[p] ?? -1) : leader,
  );
}

function isSame(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function movesOf(model: ClusterModel, after: Assignment): PlannedMove[] {
  const idsOf = (replicas: Int32Array) => Array.from(replicas, (b) => model.brokers[b]?.id ?? -1);
  const moves: PlannedMove[] = [];
  for (let p = 0; p < model.partitionCount; p++) {
    const from = replicasOf(model, p);
    const to = replicasIn(after, p);
    if (isSame(from, to)) continue;
    moves.push({
      topic: model.topics[model.topicOf[p] ?? 0] ?? '',
      partition: model.partitionOf[p] ?? 0,
      from: idsOf(from),
      to: idsOf(to),
      sizeBytes: model.sizeKnown[p] === 1 ? (model.sizes[p] ?? 0) : null,
    });
  }
  return moves;
}

type Cost = Pick<
  ReassignmentPlan,
  'bytesToMove' | 'bytesLowerBound' | 'replicasToMove' | 'replicasLowerBound'
>;

/** What is copied, and what no plan can go below: a whole number, so the bound may be rounded up. */
function reportCost({ model, request }: Problem, solution: Solution | null, { assignment }: State): Cost {
  const { bytes, replicas } = trafficOf(model, assignment);
  const bound = solution
    ? lowerBound(
        solution.placement.problem,
        solution.shares,
        solution.windows,
        solution.placement.totalCost(),
      )
    : 0;
  const whole = Math.ceil(bound);
  const byBytes = request.by === 'bytes';
  return {
    bytesToMove: model.sized ? bytes : null,
    bytesLowerBound: model.sized && byBytes ? Math.min(bytes, whole) : null,
    replicasToMove: replicas,
    replicasLowerBound: byBytes ? null : Math.min(replicas, whole),
  };
}

function reportPlaces(
  model: ClusterModel,
  before: State,
  after: State,
): Pick<ReassignmentPlan, 'brokers' | 'racks'> {
  const all = new Array(model.partitionCount).keys();
  const then = new Array(model.partitionCount).keys();
  const traffic = trafficOf(model, after.assignment);
  const brokers = reportBrokers(
    model,
    measure(model, before.assignment, before.leaders, all, model.sizes),
    measure(model, after.assignment, after.leaders, then, model.sizes),
    traffic,
  );
  return { brokers, racks: reportRacks(model, brokers, traffic) };
}

/** Where a balance was asked for, of what was to be balanced; else of the whole cluster. */
function reportBalance(
  problem: Problem,
  solution: Solution | null,
  before: State,
  after: State,
  leaders: { window: Reach; mean: number; led: Int32Array } | null,
): PlannedBalance[] {
  const { model, request, hosts, source } = problem;
  const windowed = solution !== null && isWindowed(request);
  const scope = windowed ? source : Int32Array.from({ length: model.partitionCount }, (_, p) => p);
  const members = windowed ? balancedBrokers(problem) : hosts;
  const weights = windowed && request.by === 'bytes' ? solution.shares.weights : model.sizes;
  const now = measure(model, before.assignment, before.leaders, scope, weights);
  const then = measure(model, after.assignment, after.leaders, scope, weights);
  const both = (of: 'bytes' | 'replicas') => ({ before: now[of], after: then[of] });
  const { tolerance } = request;
  const report: PlannedBalance[] = [];
  if (model.sized) {
    const byBytes = windowed && request.by === 'bytes';
    const shares = byBytes ? solution.shares.load : evenShares(then.bytes, hosts);
    const asked = byBytes ? { tolerance, window: solution.load } : null;
    report.push(balanceOf('bytes', both('bytes'), shares, members, asked));
  }
  const shares = windowed ? solution.shares.count : evenShares(then.replicas, hosts);
  const asked = windowed ? { tolerance, window: solution.count } : null;
  report.push(balanceOf('replicas', both('replicas'), shares, members, asked));
  const led = leaders?.led ?? scope;
  const leading = (leadersOf: Int32Array) => {
    const counts = new Float64Array(model.brokers.length);
    for (const p of led) {
      const b = leadersOf[p] ?? -1;
      if (b >= 0) counts[b] = (counts[b] ?? 0) + 1;
    }
    return counts;
  };
  const counts = { before: leading(before.leaders), after: leading(after.leaders) };
  const askedOfLeaders = leaders ? { tolerance, window: leaders.window } : null;
  report.push(balanceOf('leaders', counts, evenShares(counts.after, hosts), hosts, askedOfLeaders));
  return report;
}

/** How far outside of the tolerance the brokers are, all kinds together. */
function excess(balance: PlannedBalance[], of: 'before' | 'after'): number {
  return balance.reduce((sum, { tolerance, [of]: reach }) => {
    if (tolerance === null) return sum;
    return sum + Math.max(0, reach.above - tolerance) + Math.max(0, reach.below - tolerance);
  }, 0);
}

/** What moves for the sake of balance must end nearer to it. */
function refuseNoBetter({ balance, moves, rackViolations }: ReassignmentPlan, request: PlanRequest): void {
  const { drain, replace, replicationFactor } = request;
  if (moves.length === 0 || drain.length + replace.length > 0 || replicationFactor !== null) return;
  if (rackViolations.after < rackViolations.before) return;
  if (excess(balance, 'after') < excess(balance, 'before')) return;
  const figures = balance.map(
    ({ of, before, after }) =>
      `${of} from ${percent(before.below)} below to ${percent(before.above)} above the fair share now, ` +
      `${percent(after.below)} to ${percent(after.above)} then`,
  );
  throw new KctlError(`no plan was found that improves on what is there: ${figures.join('; ')}`, {
    code: 'NO_IMPROVEMENT',
    hint: 'Allow a higher --tolerance, let more topics move, or add brokers.',
  });
}
