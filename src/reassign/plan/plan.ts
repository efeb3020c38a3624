import { ExitCode, KctlError, usageError } from '../../base/errors.js';
import { type Assignment, assignmentOf, isChanged, withReplicas } from './assignment.js';
import { lowerBound } from './bound.js';
import { balanceLeaders, preferredLeaders } from './leaders.js';
import { buildModel, type ClusterModel, partitionName } from './model.js';
import { buildProblem, isReadable, type Problem } from './problem.js';
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
import { upTo } from './sorting.js';
import {
  type ClusterSnapshot,
  isWindowed,
  type PlannedBalance,
  type PlannedMove,
  type PlanRequest,
  plainRequest,
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
  const assignment = assignmentOf(model, solution?.placement ?? null);
  const led = request.balance || request.leaders ? topicScope(model, request) : null;
  const leaders = led && balanceLeaders(model, assignment, led, problem.hosts, request.tolerance);
  const before: State = { assignment: assignmentOf(model, null), leaders: model.leader };
  const after: State = { assignment, leaders: leadersAfter(model, assignment, led) };
  const balance = reportBalance(
    problem,
    solution,
    before,
    after,
    led && leaders ? { ...leaders, led } : null,
  );
  const weights = isWindowed(request) ? (solution?.shares.weights ?? null) : null;
  const changes = reportChanges(model, before, after);
  const plan = {
    ...changes,
    intent: describeRequest(request),
    by: request.by,
    rackAware: request.rackAware,
    ...reportBound(solution, request, changes),
    balance,
    remains: remainsOf(problem, balance, weights),
  };
  refuseNoBetter(plan, request);
  return plan;
}

/** Replicas that somebody else has chosen, such as a file of Kafka's own tool. */
export interface WantedReplicas {
  topic: string;
  partition: number;
  replicas: number[];
  /** Directories that it names; a plan does not carry them. */
  logDirs?: string[] | null;
}

/**
 * The plan that brings partitions to where somebody else wants them. It serves no goal, so there is no bound.
 * @throws KctlError when a partition or broker is not there
 */
export function planAssignments(snapshot: ClusterSnapshot, wanted: WantedReplicas[]): ReassignmentPlan {
  const model = buildModel(snapshot);
  const places = new Map<string, number>();
  for (let p = 0; p < model.partitionCount; p++) places.set(partitionName(model, p), p);
  const chosen = new Map<number, number[]>();
  for (const { topic, partition, replicas } of wanted) {
    const p = places.get(`${topic}-${partition}`);
    if (p === undefined) throw notThere(`there is no partition ${topic}-${partition}`);
    chosen.set(
      p,
      replicas.map((id) => {
        const b = model.indexOf.get(id);
        if (b === undefined) throw notThere(`there is no broker ${id}`);
        return b;
      }),
    );
  }
  const before: State = { assignment: assignmentOf(model, null), leaders: model.leader };
  const assignment = withReplicas(model, chosen);
  const after: State = { assignment, leaders: leadersAfter(model, assignment, null) };
  const problem = buildProblem(model, { ...plainRequest, by: 'count' });
  return {
    ...reportChanges(model, before, after),
    intent: 'import',
    by: 'bytes',
    rackAware: 'ignore',
    bytesLowerBound: null,
    replicasLowerBound: null,
    balance: reportBalance(problem, null, before, after, null),
    remains: [],
    warnings: wanted.some(({ logDirs }) => logDirs)
      ? ['log directories that the file names are left to the brokers']
      : [],
  };
}

function notThere(message: string): KctlError {
  return new KctlError(message, { code: 'NOT_FOUND', exitCode: ExitCode.notFound });
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
  return upTo(model.partitionCount).filter(
    (p) => isReadable(model, p) && (topics === null || topics.has(model.topics[model.topicOf[p] ?? 0] ?? '')),
  );
}

/** Preferred leaders are elected where leaders are balanced and where replicas changed; elsewhere they stay. */
function leadersAfter(model: ClusterModel, after: Assignment, led: Int32Array | null): Int32Array {
  const preferred = preferredLeaders(model, after);
  const elected = new Uint8Array(model.partitionCount);
  for (const p of led ?? []) elected[p] = 1;
  return model.leader.map((leader, p) =>
    elected[p] === 1 || isChanged(model, after, p) ? (preferred[p] ?? -1) : leader,
  );
}

function movesOf(model: ClusterModel, after: Assignment): PlannedMove[] {
  const ids = Int32Array.from(model.brokers, ({ id }) => id);
  const idsOf = ({ start, replicas }: Assignment, p: number) => {
    const first = start[p] ?? 0;
    // Of its length at once: an array that grows takes several times the memory, and there are many.
    const list = new Array<number>((start[p + 1] ?? 0) - first);
    for (let i = 0; i < list.length; i++) list[i] = ids[replicas[first + i] ?? 0] ?? -1;
    return list;
  };
  const moves: PlannedMove[] = [];
  for (let p = 0; p < model.partitionCount; p++) {
    if (!isChanged(model, after, p)) continue;
    moves.push({
      topic: model.topics[model.topicOf[p] ?? 0] ?? '',
      partition: model.partitionOf[p] ?? 0,
      from: idsOf(model, p),
      to: idsOf(after, p),
      sizeBytes: model.sizeKnown[p] === 1 ? (model.sizes[p] ?? 0) : null,
    });
  }
  return moves;
}

type Bound = Pick<ReassignmentPlan, 'bytesLowerBound' | 'replicasLowerBound'>;

/** What no plan can go below: whole bytes or replicas, so it may be rounded up. */
function reportBound(
  solution: Solution | null,
  { by }: PlanRequest,
  { bytesToMove, replicasToMove }: Changes,
): Bound {
  let bound = 0;
  if (solution) {
    const { placement, shares, windows } = solution;
    bound = Math.ceil(lowerBound(placement.problem, shares, windows, placement.totalCost()));
  }
  return {
    bytesLowerBound: by === 'bytes' ? Math.min(bytesToMove ?? 0, bound) : null,
    replicasLowerBound: by === 'count' ? Math.min(replicasToMove, bound) : null,
  };
}

type Changes = Omit<ReassignmentPlan, 'intent' | 'by' | 'rackAware' | 'balance' | 'remains' | keyof Bound>;

/** What follows from the two states alone. */
function reportChanges(model: ClusterModel, before: State, after: State): Changes {
  const traffic = trafficOf(model, after.assignment);
  const all = upTo(model.partitionCount);
  const brokers = reportBrokers(
    model,
    measure(model, before.assignment, before.leaders, all, model.sizes),
    measure(model, after.assignment, after.leaders, all, model.sizes),
    traffic,
  );
  return {
    kind: 'ReassignmentPlan',
    version: 1,
    clusterId: model.clusterId,
    bytesToMove: model.sized ? traffic.bytes : null,
    replicasToMove: traffic.replicas,
    leadersToChange: model.leader.reduce((sum, b, p) => sum + (b === after.leaders[p] ? 0 : 1), 0),
    rackViolations: {
      before: rackViolations(model, before.assignment),
      after: rackViolations(model, after.assignment),
    },
    brokers,
    racks: reportRacks(model, brokers, traffic),
    moves: movesOf(model, after.assignment),
    warnings: [],
  };
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
  const scope = windowed ? source : upTo(model.partitionCount);
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
