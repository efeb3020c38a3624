import { ExitCode, KctlError } from '../base/errors.js';
import { showBytes } from '../base/units.js';
import type { Cluster } from '../cluster/index.js';
import type { View } from '../render/view.js';
import { askTopicConfigs } from '../topics/configs.js';
import { applyPlan } from './apply.js';
import { planCordons } from './cordon.js';
import { type KeptPlan, writePlanFile } from './files.js';
import type { ReassignmentPlan } from './plan/types.js';
import { type Picture, pictureOf, planFor } from './planning.js';
import type { RequestWords } from './request.js';
import { applyOptions, type RunFlagValues, type RunOutput, throttleRate } from './run-flags.js';
import { type ConnectionFlagValues, howToGoOn } from './run-output.js';
import type { ReassignmentRun } from './run-types.js';
import { viewRun } from './run-views.js';
import { viewPlan } from './views.js';

/** An intent of a command line, and how far it goes. */
export interface IntentWords extends RequestWords, RunFlagValues, ConnectionFlagValues {
  journal?: string | undefined;
  'dry-run': boolean;
  'plan-out'?: string | undefined;
  yes: boolean;
}

/** A plan, what to ask before it is carried out, and how that is done. */
export interface PreparedIntent {
  plan: { document: KeptPlan; view: View };
  /** Null where the plan is all that was asked for, or nothing has to be done. */
  question: string | null;
  carryOut(output: RunOutput): Promise<{ document: ReassignmentRun; view: View; notes: string[] }>;
}

/**
 * Plans an intent on the live cluster, and keeps the plan where a file is named: then it is carried out only if
 * that is agreed to beforehand (`--yes`), else by "reassign apply".
 * @throws KctlError BELOW_MIN_ISR when fewer replicas were left than producers may ask to be in sync
 */
export async function prepareIntent(cluster: Cluster, words: IntentWords): Promise<PreparedIntent> {
  const picture = await pictureOf(undefined, async () => cluster);
  const plan = planFor(picture, words);
  const { 'replication-factor': factor, 'plan-out': file } = words;
  // A broker that keeps some of its topics stays in use.
  const leaving = words.topics || words['exclude-topics'] ? [] : (words.drain ?? []);
  if (factor !== undefined) plan.warnings.push(...(await checkFactor(cluster, plan, picture, factor)));
  const { cordons, warnings } = await planCordons(cluster, leaving);
  plan.warnings.push(...warnings);
  const kept: KeptPlan = cordons.length > 0 ? { ...plan, cordons } : plan;
  if (file !== undefined) writePlanFile(file, kept);
  const isOnlyPlanned = words['dry-run'] || (file !== undefined && !words.yes);
  return {
    plan: { document: kept, view: viewPlan(kept, throttleRate(words.throttle)) },
    question: isOnlyPlanned || plan.moves.length + cordons.length === 0 ? null : questionOf(kept),
    carryOut: async (output) => {
      // A person may have thought about the question for longer than a command may take.
      cluster.wire.renewDeadline();
      const run = await applyPlan(cluster, kept, applyOptions(words, output));
      const document = { ...run, warnings: [...warnings, ...run.warnings] };
      return { document, view: viewRun(document), notes: howToGoOn(run, words) };
    },
  };
}

function questionOf({ intent, bytesToMove, replicasToMove, moves, cordons }: KeptPlan): string {
  if (moves.length === 0)
    return `${intent}: cordon broker ${cordons?.map(({ broker }) => broker).join(', ')}?`;
  if (replicasToMove === 0)
    return `${intent}: change the order of the replicas of ${moves.length} partitions?`;
  const bytes = bytesToMove === null ? '' : `${showBytes(bytesToMove)} in `;
  return `${intent}: copy ${bytes}${replicasToMove} ${replicasToMove === 1 ? 'replica' : 'replicas'}?`;
}

/** What a new replication factor means for producers, and for racks. */
async function checkFactor(
  cluster: Cluster,
  { moves }: ReassignmentPlan,
  { snapshot }: Picture,
  factor: number,
): Promise<string[]> {
  const warnings: string[] = [];
  const lowered = [...new Set(moves.filter(({ from }) => from.length > factor).map(({ topic }) => topic))];
  const configs = await askTopicConfigs(cluster, lowered, warnings);
  const below = lowered.filter((topic) => factor < (configs.get(topic)?.minInsyncReplicas ?? 1));
  if (below.length > 0) {
    const [first = ''] = below;
    throw new KctlError(
      `${below.slice(0, 3).join(', ')}${below.length > 3 ? ', …' : ''}: min.insync.replicas is above ${factor}, so that producers with acks=all would fail`,
      {
        code: 'BELOW_MIN_ISR',
        exitCode: ExitCode.checkFailed,
        hint: `Lower it first: kctl configs set --topic ${first} min.insync.replicas=${factor}`,
      },
    );
  }
  const racks = new Set(snapshot.brokers.filter(({ alive }) => alive).map(({ rack }) => rack)).size;
  if (racks > 1 && factor > racks)
    warnings.push(`there are ${racks} racks: of ${factor} replicas some share one`);
  return warnings;
}
