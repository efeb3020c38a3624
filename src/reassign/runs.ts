import { pause } from '../base/deadline.js';
import { ExitCode, KctlError } from '../base/errors.js';
import type { Cluster } from '../cluster/index.js';
import { type ApplicablePlan, askClusterId } from './apply.js';
import { type CarryOutOptions, carryOut } from './carry-out.js';
import type { Journal } from './journal.js';
import { journalOpen } from './journal.js';
import { asOnlyWriter, lastJournal, openJournal, runnerOf } from './journal-place.js';
import { observe } from './observe.js';
import type { JournalState } from './run/journal-state.js';
import { nameOf } from './run/machine.js';
import { moveState } from './run/move-state.js';
import { type ReassignmentRun, runOf } from './run-types.js';

export interface OngoingOptions extends CarryOutOptions {
  journal?: string | undefined;
}

const lookAgainMs = 200;

/** Goes on with a run that was left. @throws KctlError NO_JOURNAL, LOCKED while another kctl goes on with it */
export async function resumeRun(cluster: Cluster, options: OngoingOptions): Promise<ReassignmentRun> {
  const { path } = closed(openJournal(await askClusterId(cluster), options.journal));
  return await asOnlyWriter(path, async () => {
    const journal = openJournal(await askClusterId(cluster), path);
    journal.mend();
    return await carryOut(cluster, journal, options);
  });
}

/**
 * Takes back what is under way of a run, and puts its throttles back; what is done stays. Another kctl that carries it
 * out is told to, and waited for.
 */
export async function cancelRun(cluster: Cluster, options: OngoingOptions): Promise<ReassignmentRun> {
  const journal = openJournal(await askClusterId(cluster), options.journal);
  const { path } = journal;
  if (runnerOf(path) !== undefined) {
    journal.append({ event: 'cancel' });
    return await awaitEnd(journal, options);
  }
  journal.close();
  return await asOnlyWriter(path, async () => {
    const own = openJournal(await askClusterId(cluster), path);
    own.mend();
    own.append({ event: 'cancel' });
    return await carryOut(cluster, own, { ...options, takesBack: true });
  });
}

/** Waits until the kctl that carries a journal out has ended it. */
async function awaitEnd(journal: Journal, { signal }: OngoingOptions): Promise<ReassignmentRun> {
  const begunAtMs = performance.now();
  for (; !signal.aborted; journal.refresh()) {
    const { state } = journal;
    if (state.outcome !== null) {
      journal.close();
      return endedRun(journal.path, state, performance.now() - begunAtMs);
    }
    if (runnerOf(journal.path) === undefined) {
      throw new KctlError('the kctl that was to take it back has ended before', {
        code: 'RUNNER_GONE',
        hint: 'The journal says that it is to be taken back: kctl reassign resume',
      });
    }
    await pause(lookAgainMs, signal);
  }
  throw signal.reason;
}

function endedRun(
  path: string,
  { head, throttle, outcome, done }: JournalState,
  durationMs: number,
): ReassignmentRun {
  const total = head.moves.length;
  return runOf(head, {
    outcome: outcome ?? 'detached',
    journal: path,
    throttle,
    moves: { total, done: done.size, running: 0, waiting: total - done.size, setAside: 0 },
    durationMs: Math.round(durationMs),
  });
}

/** The plan that takes back what the last run has moved, as far as it is still where the run brought it. */
export async function planRollback(cluster: Cluster, given: string | undefined): Promise<ApplicablePlan> {
  const { path, state } = closed(lastJournal(await askClusterId(cluster), given));
  const { head } = state;
  if (state.outcome === null) throw journalOpen(path, head);
  const { partitions } = await observe(cluster, head.moves, []);
  const moved = head.moves.filter((move) => moveState(move, partitions.get(nameOf(move))) === 'done');
  const elsewhere = [...state.done]
    .flatMap((index) => head.moves[index] ?? [])
    .filter((move) => !moved.includes(move));
  const [first] = elsewhere;
  if (first) {
    throw new KctlError(
      `${elsewhere.length} partitions have been moved again since, such as ${nameOf(first)}`,
      {
        code: 'PLAN_STALE',
        exitCode: ExitCode.checkFailed,
        words: `it was brought to ${first.to}, and is on ${partitions.get(nameOf(first))?.replicas ?? 'no broker'}`,
        hint: 'Nothing was done. Plan anew with "kctl reassign plan".',
      },
    );
  }
  const moves = moved.map(({ from, to, ...move }) => ({ ...move, from: to, to: from }));
  const cordons = head.cordons?.map(({ broker, before, during }) => ({
    broker,
    before: during,
    during: before,
  }));
  return { clusterId: head.clusterId, intent: `roll back: ${head.intent}`, moves, cordons };
}

function closed(journal: Journal): Journal {
  journal.close();
  return journal;
}
