import { KctlError } from '../base/errors.js';
import type { Cluster } from '../cluster/index.js';
import { askClusterId } from './apply.js';
import { type CarryOutOptions, carryOut } from './carry-out.js';
import { asOnlyWriter, beginJournal, journalPath } from './journal-place.js';
import { observe } from './observe.js';
import type { PlannedMove } from './plan/types.js';
import { nameOf } from './run/machine.js';
import { leftByTool, participants } from './run/throttles.js';
import { type RunLimits, replicaKey, type ThrottleChoice } from './run/types.js';
import type { ReassignmentRun } from './run-types.js';
import { askReassignments, asMove } from './running.js';
import { askThrottles } from './throttling.js';

export interface AdoptOptions extends CarryOutOptions {
  /** Undefined: the throttle that is there goes on. */
  throttle: ThrottleChoice | undefined;
  limits: RunLimits;
  journal?: string | undefined;
}

/**
 * Takes over what is being reassigned, by whoever began it: from now on there is a journal, and it can be watched, throttled,
 * cancelled and rolled back. Throttles that look like those of Kafka's own tool for just these moves are lifted at the end,
 * as its --verify would.
 * @throws KctlError NOTHING_RUNNING, JOURNAL_OPEN, LOCKED
 */
export async function adoptReassignments(cluster: Cluster, options: AdoptOptions): Promise<ReassignmentRun> {
  const clusterId = await askClusterId(cluster);
  const path = journalPath(clusterId, options.journal);
  return await asOnlyWriter(path, async () => {
    const moves = await runningMoves(cluster);
    if (moves.length === 0) {
      throw new KctlError('nothing is being reassigned', {
        code: 'NOTHING_RUNNING',
        hint: 'Throttles that were left are found by: kctl throttle list',
      });
    }
    const { brokers } = await cluster.wire.nodes();
    const alive = new Set(brokers.map(({ id }) => id));
    const involved = [...participants(moves)].filter((id) => alive.has(id));
    const found = await askThrottles(cluster, involved, [...new Set(moves.map(({ topic }) => topic))]);
    const left = leftByTool(moves, [...found.brokers.values()], [...found.topics.values()]);
    const journal = beginJournal(path, {
      kind: 'ReassignmentJournal',
      version: 1,
      clusterId,
      startedAt: Date.now(),
      intent: `taken over: ${moves.length} partitions`,
      throttle: left?.bytesPerSec ?? null,
      limits: options.limits,
      moves,
    });
    if (left) journal.append({ event: 'before', brokers: left.brokers, topics: left.topics });
    if (options.throttle !== undefined) journal.append({ event: 'throttle', throttle: options.throttle });
    const throttles = left ? '; the throttles of the tool that began it are lifted at the end' : '';
    const message = `taken over: ${moves.length} partitions; the journal is ${path}${throttles}`;
    await options.tell({ event: 'started', message, partitions: moves.map(nameOf) });
    return await carryOut(cluster, journal, options);
  });
}

/** What is under way, as the moves of a plan. */
async function runningMoves(cluster: Cluster): Promise<PlannedMove[]> {
  const moves = (await askReassignments(cluster)).map(asMove);
  const { partitions, replicaBytes } = await observe(cluster, moves, moves);
  return moves.map((move) => {
    const leader = partitions.get(nameOf(move))?.leader ?? -1;
    return { ...move, sizeBytes: replicaBytes.get(replicaKey(nameOf(move), leader)) ?? null };
  });
}
