import { pause } from '../base/deadline.js';
import type { Cluster } from '../cluster/index.js';
import type { TellRun } from './run/events.js';
import type { BrokerProgress, Progress } from './run/progress.js';
import { type ReassignmentStatus, reassignmentStatus } from './status.js';

const everyMs = 1_000;

/** Tells how far reassignments are, whoever carries them out, until none is under way or the signal is given. */
export async function watchReassignments(
  cluster: Cluster,
  { journal, signal, tell }: { journal?: string | undefined; signal: AbortSignal; tell: TellRun },
): Promise<ReassignmentStatus> {
  let before: { atMs: number; copied: number } | undefined;
  for (;;) {
    cluster.wire.renewDeadline();
    const status = await reassignmentStatus(cluster, journal);
    const runs = status.running.length > 0 || (status.journal?.runnerPid ?? null) !== null;
    if (!runs || signal.aborted) return status;
    const progress = progressOf(status);
    const now = { atMs: performance.now(), copied: progress.bytesCopied };
    const seconds = before ? (now.atMs - before.atMs) / 1000 : 0;
    const bytesPerSec =
      before && seconds > 0 ? Math.max(0, Math.round((now.copied - before.copied) / seconds)) : 0;
    before = now;
    const left = progress.bytesTotal - progress.bytesCopied;
    const secondsLeft = bytesPerSec > 0 ? Math.ceil(left / bytesPerSec) : null;
    const message = `${status.running.length} partitions are being reassigned`;
    await tell({ event: 'progress', message, progress: { ...progress, bytesPerSec, secondsLeft } });
    await pause(everyMs, signal);
  }
}

/** What is under way now; where a journal is open, with the moves of it that are done or wait. */
function progressOf({ journal, running }: ReassignmentStatus): Progress {
  const brokers = new Map<number, BrokerProgress>();
  for (const { adding, bytesCopied, bytesTotal } of running) {
    for (const broker of adding) {
      const sum = brokers.get(broker) ?? { broker, bytesCopied: 0, bytesTotal: 0, bytesPerSec: 0 };
      brokers.set(broker, sum);
      sum.bytesCopied += Math.round((bytesCopied ?? 0) / adding.length);
      sum.bytesTotal += Math.round((bytesTotal ?? 0) / adding.length);
    }
  }
  const list = [...brokers.values()].sort((a, b) => a.broker - b.broker);
  const sum = (of: 'bytesCopied' | 'bytesTotal') => list.reduce((all, broker) => all + broker[of], 0);
  const ours = running.filter((move) => move.ours).length;
  return {
    done: journal?.done ?? 0,
    running: running.length,
    waiting: journal ? Math.max(0, journal.moves - journal.done - ours) : 0,
    setAside: 0,
    bytesCopied: sum('bytesCopied'),
    bytesTotal: sum('bytesTotal'),
    bytesPerSec: 0,
    secondsLeft: null,
    brokers: list,
  };
}
