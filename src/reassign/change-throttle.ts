import { pause } from '../base/deadline.js';
import { ExitCode, KctlError } from '../base/errors.js';
import type { ResultDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import type { ConfigChange } from '../configs/send.js';
import { askClusterId } from './apply.js';
import type { Journal } from './journal.js';
import { asOnlyWriter, openJournal, runnerOf } from './journal-place.js';
import type { ThrottleChoice } from './run/types.js';
import { Throttler } from './throttler.js';
import { askThrottles, restoringChanges, settingChanges } from './throttling.js';

export interface ReassignmentThrottle extends ResultDocument {
  kind: 'ReassignmentThrottle';
  version: 1;
  clusterId: string;
  journal: string;
  before: ThrottleChoice;
  throttle: ThrottleChoice;
  /** The process that carries the journal out, and set it; null: kctl did by itself. */
  runnerPid: number | null;
  warnings: string[];
}

const lookAgainMs = 100;

/**
 * Changes the throttle of the run whose journal is open, while it goes on. A kctl that carries it out reads it in the
 * journal and sets it; without one it is set from here.
 * @throws KctlError NO_JOURNAL; exit 6 when brokers do not show it in time
 */
export async function changeThrottle(
  cluster: Cluster,
  throttle: ThrottleChoice,
  given: string | undefined,
): Promise<ReassignmentThrottle> {
  const clusterId = await askClusterId(cluster);
  const journal = openJournal(clusterId, given);
  const { path, state } = journal;
  const before = state.throttle;
  const runnerPid = runnerOf(path) ?? null;
  const warnings: string[] = [];
  if (runnerPid === null) {
    journal.close();
    await asOnlyWriter(path, async () => {
      const own = openJournal(clusterId, path);
      own.mend();
      own.append({ event: 'throttle', throttle });
      warnings.push(...(await setHere(cluster, own)));
      own.close();
    });
  } else {
    journal.append({ event: 'throttle', throttle });
    await awaitSet(cluster, journal);
    journal.close();
  }
  const changed = { clusterId, journal: path, before, throttle, runnerPid, warnings, errors: [] };
  return { kind: 'ReassignmentThrottle', version: 1, ...changed };
}

async function setHere(cluster: Cluster, journal: Journal): Promise<string[]> {
  const { brokers } = await cluster.wire.nodes();
  const throttler = new Throttler(cluster, journal, () => {}, { isResumed: true });
  if (await throttler.keep(new Set(brokers.map(({ id }) => id)))) return throttler.warnings;
  throw new KctlError('the throttle could not be set everywhere', {
    code: 'THROTTLE_NOT_SET',
    words: throttler.lastError?.message ?? '',
    hint: 'It is in the journal, and kctl reassign resume sets it.',
  });
}

/** Waits until whoever carries the journal out has set what it says. */
async function awaitSet(cluster: Cluster, journal: Journal): Promise<void> {
  while (!cluster.wire.deadline.passed) {
    journal.refresh();
    const { state } = journal;
    if (state.outcome !== null) return;
    const { brokers } = await cluster.wire.nodes();
    const alive = new Set(brokers.map(({ id }) => id));
    const ids = [...state.brokersBefore.keys()].filter((id) => alive.has(id));
    const now = await askThrottles(cluster, ids, [...state.topicsBefore.keys()]);
    const isSet = (change: ConfigChange) =>
      change.operations.every(({ key, value }) => {
        const rates = now.brokers.get(Number(change.resource.name))?.rates;
        return change.resource.type !== 'broker' || rates?.find((rate) => rate.key === key)?.own === value;
      });
    const isDone =
      state.throttle === null
        ? restoringChanges(state, now).changes.length === 0
        : state.brokersBefore.size > 0 && settingChanges(state, alive).every(isSet);
    if (isDone) return;
    await pause(lookAgainMs);
  }
  throw new KctlError('the throttle is written down, and not yet set', {
    code: 'TIMED_OUT',
    exitCode: ExitCode.timedOut,
    hint: 'Give it longer with --timeout, and look with: kctl throttle list',
  });
}
