import { ExitCode, KctlError } from '../base/errors.js';
import type { ItemError } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { cordonKey } from './cordon.js';
import { readSnapshotFile } from './files.js';
import { readLiveSnapshot } from './live-snapshot.js';
import { evaluate } from './plan/evaluate.js';
import { planReassignment } from './plan/plan.js';
import type { ClusterSnapshot, PlanRequest, ReassignmentPlan } from './plan/types.js';
import { type RequestWords, requestOf } from './request.js';

/** A snapshot with what its reader should know of it. */
export interface Picture {
  snapshot: ClusterSnapshot;
  warnings: string[];
  errors: ItemError[];
}

/** What planning is for: the cluster of a file, or the one that `open` opens. */
export async function pictureOf(file: string | undefined, open: () => Promise<Cluster>): Promise<Picture> {
  if (file !== undefined) return { snapshot: readSnapshotFile(file), warnings: [], errors: [] };
  const snapshot = await readLiveSnapshot(await open());
  return { snapshot, warnings: snapshot.warnings, errors: snapshot.errors };
}

/** Plans what the words of a command line ask for; the plan carries what was missing in the picture as warnings. */
export function planFor(picture: Picture, words: RequestWords): ReassignmentPlan {
  const { snapshot } = picture;
  checkCordons(snapshot, words);
  try {
    return withWarnings(checkedPlan(snapshot, requestOf(words, snapshot)), picture);
  } catch (error) {
    if (!(error instanceof KctlError) || error.words !== undefined) throw error;
    const { message, code, exitCode, hint } = error;
    const reasons = whyNot(code, picture);
    if (reasons.length === 0) throw error;
    throw new KctlError(message, { code, exitCode, words: reasons.join('; '), ...(hint ? { hint } : {}) });
  }
}

/** What of the picture is likely to be why there is no plan. */
function whyNot(code: string, { snapshot, errors }: Picture): string[] {
  if (code === 'SIZES_UNKNOWN') return errors.map(({ subject, message }) => `${subject}: ${message}`);
  if (code !== 'NO_ROOM') return [];
  return snapshot.brokers.flatMap(({ id, cordoned }) => (cordoned ? [`broker ${id} is cordoned`] : []));
}

/** @throws KctlError CORDONED when a broker is to get replicas, and takes none */
function checkCordons({ brokers }: ClusterSnapshot, { fill = [], replace = [] }: RequestWords): void {
  const wanted = [...fill, ...replace.map(({ to }) => to)];
  const closed = brokers.find(({ id, cordoned }) => cordoned && wanted.includes(id));
  if (!closed) return;
  throw new KctlError(`broker ${closed.id} is cordoned: it takes no new replicas`, {
    code: 'CORDONED',
    exitCode: ExitCode.checkFailed,
    hint: `Open it first: kctl configs unset --broker ${closed.id} ${cordonKey}`,
  });
}

/** A plan that says what was missing in the picture that it was made from. */
export function withWarnings(plan: ReassignmentPlan, { warnings, errors }: Picture): ReassignmentPlan {
  const untold = errors.map(({ subject, message }) => `${subject} did not tell its sizes: ${message}`);
  return { ...plan, warnings: [...plan.warnings, ...warnings, ...untold] };
}

/**
 * A plan that has passed `evaluate`: what the planner says of itself is not taken on trust.
 * @throws KctlError PLAN_UNSOUND when it has not, which is a fault of kctl
 */
function checkedPlan(snapshot: ClusterSnapshot, request: PlanRequest): ReassignmentPlan {
  const plan = planReassignment(snapshot, request);
  const faults = evaluate(snapshot, request, plan);
  if (faults.length === 0) return plan;
  throw new KctlError('the plan that was found does not hold to the rules, so it is not given', {
    code: 'PLAN_UNSOUND',
    words: faults.slice(0, 3).join('; '),
    hint: 'This is a fault of kctl. Please report it, with the snapshot.',
  });
}
