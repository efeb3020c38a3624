import { KctlError } from '../base/errors.js';
import type { ItemError } from '../base/result.js';
import { partitionName } from '../client/fetch-leaders.js';
import type { Cluster } from '../cluster/index.js';
import { askConfigs } from '../configs/ask.js';
import { askTopicMetadata } from '../topics/metadata.js';
import { type CarryOutOptions, carryOut } from './carry-out.js';
import { asOnlyWriter, beginJournal, journalPath } from './journal-place.js';
import { measure, seenPartitions } from './observe.js';
import type { PlannedMove } from './plan/types.js';
import { checkMoves, type LiveFacts, type Verdict } from './run/checks.js';
import { advance, type JournalHead, openingState } from './run/journal-state.js';
import { nameOf } from './run/machine.js';
import {
  type Cordon,
  destinationsOf,
  type RunLimits,
  replicaKey,
  type SeenPartition,
  type ThrottleChoice,
} from './run/types.js';
import { type ReassignmentRun, runOf } from './run-types.js';
import { askReassignments } from './running.js';
import { askThrottles, rehearseThrottles, unknownThrottles } from './throttling.js';

export interface ApplyOptions extends CarryOutOptions {
  throttle: ThrottleChoice;
  limits: RunLimits;
  /** Where the journal is written; in the state folder under the cluster's id when absent. */
  journal?: string | undefined;
  dryRun: boolean;
  /** Moves even while something is offline or below its min ISR. */
  force: boolean;
}

/** What of a plan it takes to carry it out. */
export interface ApplicablePlan {
  /** Null: not known, as the plan was made without a cluster. */
  clusterId: string | null;
  intent: string;
  moves: PlannedMove[];
  /** Set before anything moves. */
  cordons?: Cordon[] | undefined;
}

const minIsrKey = 'min.insync.replicas';

/**
 * Carries out a plan: checks first, then moves, elects and puts throttles back. What stands against it is in `errors`, and
 * then nothing was done (`outcome` refused).
 * @throws KctlError OTHER_CLUSTER, JOURNAL_OPEN, LOCKED
 */
export async function applyPlan(
  cluster: Cluster,
  plan: ApplicablePlan,
  options: ApplyOptions,
): Promise<ReassignmentRun> {
  const clusterId = await askClusterId(cluster);
  if (plan.clusterId !== null && plan.clusterId !== clusterId) throw otherCluster(plan.clusterId, clusterId);
  const head: JournalHead = {
    kind: 'ReassignmentJournal',
    version: 1,
    clusterId,
    startedAt: Date.now(),
    intent: plan.intent,
    throttle: options.throttle,
    limits: options.limits,
    moves: plan.moves,
    cordons: plan.cordons ?? [],
  };
  const path = journalPath(clusterId, options.journal);
  return await asOnlyWriter(path, async () => {
    const { errors, warnings } = await check(cluster, head, options.force);
    if (plan.clusterId === null) warnings.push('the plan does not say for which cluster it was made');
    if (options.dryRun || errors.length > 0) return notCarriedOut(head, options.dryRun, errors, warnings);
    const journal = beginJournal(path, head);
    await options.tell({ event: 'started', message: `started: ${plan.intent}; its journal is ${path}` });
    const run = await carryOut(cluster, journal, options);
    return { ...run, warnings: [...warnings, ...run.warnings] };
  });
}

/** @throws KctlError where brokers tell none */
export async function askClusterId(cluster: Cluster): Promise<string> {
  const { clusterId } = await cluster.wire.nodes();
  if (clusterId !== null) return clusterId;
  throw new KctlError('the cluster does not tell its id', { code: 'NO_CLUSTER_ID' });
}

async function check(cluster: Cluster, head: JournalHead, force: boolean): Promise<Verdict> {
  const facts = await gatherFacts(cluster, head.moves);
  const verdict = checkMoves(head.moves, facts, force);
  const refusedThrottles = await checkThrottles(cluster, head, facts.alive);
  return { errors: [...verdict.errors, ...refusedThrottles], warnings: verdict.warnings };
}

async function gatherFacts(cluster: Cluster, moves: readonly PlannedMove[]): Promise<LiveFacts> {
  const listed = await askReassignments(cluster);
  const [{ brokers }, topics] = await Promise.all([cluster.wire.nodes(), askTopicMetadata(cluster, null)]);
  const alive = new Set(brokers.map(({ id }) => id));
  const seen = seenPartitions(topics, listed);
  const partitions = new Map<string, SeenPartition & { topic: string }>();
  for (const { name: topic, partitions: own } of topics) {
    for (const { partitionIndex } of own) {
      const name = partitionName({ topic, partition: partitionIndex });
      const partition = seen.get(name);
      if (partition) partitions.set(name, { ...partition, topic });
    }
  }
  const behind = new Set(
    [...partitions.values()]
      .filter(({ isr, replicas }) => isr.length < replicas.length)
      .map(({ topic }) => topic),
  );
  const resources = [...behind].map((name) => ({ type: 'topic' as const, name }));
  const configs = await askConfigs(cluster, resources, { keys: [minIsrKey] });
  const minInsyncReplicas = new Map(
    resources.map((topic) => [
      topic.name,
      Number(configs.of(topic)?.find(({ name }) => name === minIsrKey)?.value ?? 1),
    ]),
  );
  const { replicaBytes, freeBytes } = await measure(cluster, moves, partitions, alive);
  const sizes = new Map<string, number>();
  for (const move of moves) {
    const name = nameOf(move);
    const size = replicaBytes.get(replicaKey(name, partitions.get(name)?.leader ?? -1));
    if (size !== undefined) sizes.set(name, size);
  }
  return { alive, partitions, minInsyncReplicas, sizes, freeBytes };
}

/** Whether the throttles could be set, asked before anything moves. */
async function checkThrottles(
  cluster: Cluster,
  head: JournalHead,
  alive: ReadonlySet<number>,
): Promise<ItemError[]> {
  const state = openingState(head);
  const unknown = unknownThrottles(state, alive);
  const found = await askThrottles(cluster, unknown.brokers, unknown.topics);
  const brokers = [...found.brokers.values()];
  advance(state, { event: 'before', brokers, topics: [...found.topics.values()] });
  const refused = [...found.errors, ...(await rehearseThrottles(cluster, state, alive))];
  const hint =
    'Without the right to alter configurations there is no throttle: --throttle none moves at full speed.';
  return refused
    .filter(({ code }) => code !== 'UNKNOWN_TOPIC_OR_PARTITION')
    .map((error) => ({ ...error, hint }));
}

function notCarriedOut(
  head: JournalHead,
  dryRun: boolean,
  errors: ItemError[],
  warnings: string[],
): ReassignmentRun {
  const total = head.moves.length;
  const bytesTotal = head.moves.reduce(
    (sum, move) => sum + (move.sizeBytes ?? 0) * destinationsOf(move).length,
    0,
  );
  return runOf(head, {
    outcome: errors.length > 0 ? 'refused' : 'valid',
    moves: { total, done: 0, running: 0, waiting: total, setAside: 0 },
    bytesTotal,
    dryRun,
    ...(dryRun ? { validatedBy: 'client' as const } : {}),
    warnings,
    errors,
  });
}

function otherCluster(planned: string, found: string): KctlError {
  return new KctlError('the plan was made for another cluster', {
    code: 'OTHER_CLUSTER',
    words: `it is for ${planned}, and this is ${found}`,
    hint: 'Nothing was done. Check --bootstrap-server or --context, or make a plan for this cluster.',
  });
}
