import { pause } from '../base/deadline.js';
import { ExitCode, KctlError } from '../base/errors.js';
import type { ItemError } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { electLeaders } from '../leaders/elect.js';
import { alterReassignments, type WantedReassignment } from './alter.js';
import { cordonKey, setCordons } from './cordon.js';
import type { Journal } from './journal.js';
import { endJournal } from './journal-place.js';
import { observe } from './observe.js';
import type { PlannedMove } from './plan/types.js';
import type { TellRun } from './run/events.js';
import type { RunOutcome } from './run/journal-state.js';
import { type Decision, Machine, nameOf } from './run/machine.js';
import { Meter, type Progress } from './run/progress.js';
import type { Observation } from './run/types.js';
import { type ReassignmentRun, runOf } from './run-types.js';
import { progressLine } from './run-views.js';
import { Throttler } from './throttler.js';

export interface CarryOutOptions {
  /** Detaches: what is under way goes on, and the journal stays open. */
  signal: AbortSignal;
  tell: TellRun;
  /** The run was begun to take moves back: that it does is success. */
  takesBack?: boolean;
  /** Throttles of brokers that are away are given up. */
  forgetsAway?: boolean;
}

const firstWaitMs = 50;
const longestWaitMs = 1_000;
/** A cluster that cannot be looked at for so long is left to itself. */
const unreachableMs = 300_000;

/**
 * Carries out what a journal says, from wherever it stands: looks at the cluster, lets the state machine decide, writes
 * the decision down and acts, until nothing of it is under way. Then leaders are elected, and throttles put back.
 * Only whoever holds the journal's lock may call it.
 */
export async function carryOut(
  cluster: Cluster,
  journal: Journal,
  options: CarryOutOptions,
): Promise<ReassignmentRun> {
  const run = new Run(cluster, journal, options);
  return await run.toTheEnd();
}

class Run {
  readonly #machine: Machine;
  readonly #meter: Meter;
  readonly #throttler: Throttler;
  readonly #begunAtMs = performance.now();
  #progress: Progress | undefined;
  #unseenSinceMs: number | undefined;
  #warnings: string[] = [];

  constructor(
    private readonly cluster: Cluster,
    private readonly journal: Journal,
    private readonly options: CarryOutOptions,
  ) {
    const { head, mode } = journal.state;
    this.#machine = new Machine(head.moves, head.limits, mode);
    this.#meter = new Meter(head.moves);
    this.#throttler = new Throttler(cluster, journal, options.tell, {
      forgetsAway: options.forgetsAway,
      isResumed: journal.state.throttles.length > 1,
    });
  }

  async toTheEnd(): Promise<ReassignmentRun> {
    const { signal } = this.options;
    if (this.journal.state.mode === 'apply') await this.#cordon('during');
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(longestWaitMs, waitMs * 2)) {
      if (signal.aborted) return this.#result('detached', []);
      this.cluster.wire.renewDeadline();
      this.journal.refresh();
      this.#machine.mode = this.journal.state.mode;
      const decision = await this.#turn().catch((error) => this.#endure(error));
      if (decision?.over) return await this.#finish();
      const begins = decision && decision.submit.length + decision.done.length + decision.cancel.length > 0;
      if (begins) waitMs = firstWaitMs;
      await pause(waitMs, signal);
    }
  }

  async #turn(): Promise<Decision> {
    const { moves } = this.journal.state.head;
    const copying = this.#machine.running().flatMap((index) => moves[index] ?? []);
    const seen = await observe(this.cluster, moves, copying);
    this.#unseenSinceMs = undefined;
    return await this.#step(seen);
  }

  /** What passes by itself is waited for. @throws the error when it does not */
  async #endure(error: unknown): Promise<undefined> {
    if (!(error instanceof KctlError) || !isPassing(error)) throw error;
    const nowMs = performance.now();
    if (this.#unseenSinceMs === undefined) {
      const message = `the cluster cannot be looked at, the moves go on: ${error.words ?? error.message}`;
      await this.options.tell({ event: 'unreachable', message });
    }
    this.#unseenSinceMs ??= nowMs;
    if (nowMs - this.#unseenSinceMs > unreachableMs) throw error;
    return undefined;
  }

  async #step(seen: Observation): Promise<Decision> {
    const isThrottled = this.journal.state.mode === 'cancel' || (await this.#throttler.keep(seen.alive));
    const decision = this.#machine.step(seen);
    const { tell } = this.options;
    if (decision.done.length > 0) {
      this.journal.append({ event: 'done', moves: decision.done });
      await tell({ event: 'moved', ...this.#named(decision.done, 'moved') });
    }
    for (const { move, reason } of decision.aside) {
      this.journal.append({ event: 'aside', move, reason });
      const partition = this.#nameOf(move);
      await tell({
        event: 'set-aside',
        message: `set aside: ${partition}, ${reason}`,
        partitions: [partition],
      });
    }
    if (decision.cancel.length > 0) await this.#takeBack(decision.cancel);
    if (decision.reorder.length > 0) await this.#reorder(decision.reorder);
    if (decision.stuck.length > 0) throw this.#stuck(decision.stuck);
    if (decision.submit.length > 0 && isThrottled) await this.#submit(decision.submit);
    await this.#report(seen);
    return decision;
  }

  async #submit(moves: number[]): Promise<void> {
    this.journal.append({ event: 'submit', moves });
    const wanted = this.#wanted(moves, ({ to }) => to);
    const refused = await alterReassignments(this.cluster, wanted).catch((error) => this.#withdraw(error));
    if (refused === 'unknown') return;
    for (const index of moves) {
      const reason = refused.get(this.#nameOf(index));
      if (reason !== undefined) this.#machine.refused(index, reason.message);
    }
    const taken = moves.filter((index) => !refused.has(this.#nameOf(index)));
    this.#machine.submitted(taken, performance.now());
    if (taken.length > 0) await this.options.tell({ event: 'submitted', ...this.#named(taken, 'begun') });
  }

  /** Where the controller lets nothing be moved and nothing is, all is put back as it was. @throws the error */
  async #withdraw(error: unknown): Promise<never> {
    const { done, running } = this.#machine.counts();
    const isFinal = error instanceof KctlError && !isPassing(error);
    if (isFinal && done + running === 0 && (await this.#throttler.restore()).length === 0) {
      this.journal.append({ event: 'end', outcome: 'cancelled' });
      endJournal(this.journal);
    }
    throw error;
  }

  async #takeBack(moves: number[]): Promise<void> {
    this.journal.append({ event: 'take-back', moves });
    const refused = await alterReassignments(
      this.cluster,
      this.#wanted(moves, () => null),
    );
    await this.options.tell({ event: 'taken-back', ...this.#named(moves, 'taken back') });
    if (refused === 'unknown') return;
    for (const [partition, { code, message }] of refused) {
      if (code !== 'NO_REASSIGNMENT_IN_PROGRESS') this.#warn(`${partition} was not taken back: ${message}`);
    }
  }

  async #reorder(moves: number[]): Promise<void> {
    this.journal.append({ event: 'reorder', moves });
    await alterReassignments(
      this.cluster,
      this.#wanted(moves, ({ from }) => from),
    );
  }

  #wanted(moves: number[], replicasOf: (move: PlannedMove) => number[] | null): WantedReassignment[] {
    return moves.flatMap((index) => {
      const move = this.journal.state.head.moves[index];
      return move ? [{ ...move, replicas: replicasOf(move) }] : [];
    });
  }

  async #report(seen: Observation): Promise<void> {
    const machine = this.#machine;
    this.#progress = this.#meter.measure(seen, (move) => machine.isDone(move), machine.counts());
    await this.options.tell({
      event: 'progress',
      message: progressLine(this.#progress),
      progress: this.#progress,
    });
    const copying = machine.running().filter((move) => !machine.setAside.has(move));
    const { stallAfterMs } = this.journal.state.head.limits;
    for (const { move, source, destinations, forMs, cause } of this.#meter.stalls(
      seen,
      copying,
      stallAfterMs,
    )) {
      const partition = this.#nameOf(move);
      const way = `from broker ${source} to ${destinations.join(', ')}`;
      const message = `stalled: ${partition} ${way} has had no byte for ${Math.round(forMs / 1000)} s; ${cause}`;
      await this.options.tell({ event: 'stalled', message, partitions: [partition] });
    }
  }

  async #finish(): Promise<ReassignmentRun> {
    const { state } = this.journal;
    const errors: ItemError[] = [...this.#machine.setAside].map(([move, message]) => ({
      subject: this.#nameOf(move),
      code: 'MOVE_SET_ASIDE',
      message,
    }));
    let elected = 0;
    if (state.mode === 'apply') {
      this.cluster.wire.renewDeadline();
      const election = await this.#elect();
      elected = election.elected;
      errors.push(...election.errors);
    }
    if (state.mode === 'cancel') await this.#cordon('before');
    this.cluster.wire.renewDeadline();
    const left = await this.#throttler.restore();
    this.#warnings.push(...this.#throttler.warnings);
    const outcome: RunOutcome =
      state.mode === 'cancel' ? 'cancelled' : errors.length > 0 ? 'partial' : 'done';
    if (state.mode === 'cancel' && !this.options.takesBack) errors.push(cancelled);
    if (left.length > 0) return this.#result(outcome, [...errors, ...left], elected);
    this.journal.append({ event: 'end', outcome });
    endJournal(this.journal);
    const result = this.#result(outcome, errors, elected);
    await this.options.tell({ event: 'ended', message: `ended: ${outcome}` });
    return result;
  }

  /** Keeps new replicas off brokers, or lets them come again. A run that goes on sets again what is set. */
  async #cordon(to: 'during' | 'before'): Promise<void> {
    const { cordons = [] } = this.journal.state.head;
    if (cordons.length === 0) return;
    this.cluster.wire.renewDeadline();
    for (const text of await setCordons(this.cluster, cordons, to)) this.#warn(text);
    const [closed, open] = [true, false].map((isClosed) =>
      cordons
        .flatMap(({ broker, [to]: value }) => ((value !== null) === isClosed ? [broker] : []))
        .join(', '),
    );
    if (closed) {
      const message = `cordoned: no new replica comes to broker ${closed}; opened again by: kctl configs unset --broker ${closed.split(', ')[0]} ${cordonKey}`;
      await this.options.tell({ event: 'cordoned', message });
    }
    if (open)
      await this.options.tell({ event: 'cordoned', message: `not cordoned any more: broker ${open}` });
  }

  /** Elects the preferred leaders of what has moved. */
  async #elect(): Promise<{ elected: number; errors: ItemError[] }> {
    const words = new Map<string, number[]>();
    for (const [index, { topic, partition }] of this.journal.state.head.moves.entries()) {
      if (!this.#machine.isDone(index)) continue;
      words.set(topic, [...(words.get(topic) ?? []), partition]);
    }
    if (words.size === 0) return { elected: 0, errors: [] };
    this.journal.append({ event: 'elect' });
    const { items, errors } = await electLeaders(this.cluster, {
      words: [...words].map(([topic, partitions]) => ({ topic, partitions })),
      type: 'preferred',
      dryRun: false,
    });
    const elected = items.filter(({ result }) => result === 'elected').map((item) => nameOf(item));
    if (elected.length > 0) {
      const message = `elected: the preferred leaders of ${elected.length} partitions`;
      await this.options.tell({ event: 'elected', message, partitions: elected });
    }
    return { elected: elected.length, errors };
  }

  #result(outcome: ReassignmentRun['outcome'], errors: ItemError[], elected = 0): ReassignmentRun {
    const { head, throttle } = this.journal.state;
    const { bytesCopied = 0, bytesTotal = 0 } = this.#progress ?? {};
    return runOf(head, {
      outcome,
      journal: this.journal.path,
      throttle,
      moves: { total: head.moves.length, ...this.#machine.counts() },
      bytesCopied,
      bytesTotal,
      leadersElected: elected,
      durationMs: Math.round(performance.now() - this.#begunAtMs),
      warnings: this.#warnings,
      errors,
    });
  }

  #warn(text: string): void {
    if (!this.#warnings.includes(text)) this.#warnings.push(text);
  }

  #nameOf(index: number): string {
    const move = this.journal.state.head.moves[index];
    return move ? nameOf(move) : String(index);
  }

  #named(moves: number[], what: string): { message: string; partitions: string[] } {
    const partitions = moves.map((index) => this.#nameOf(index));
    const shown = partitions.length > 3 ? `${partitions.length} partitions` : partitions.join(', ');
    return { message: `${what}: ${shown}`, partitions };
  }

  #stuck(moves: number[]): KctlError {
    const names = moves.slice(0, 3).map((index) => this.#nameOf(index));
    return new KctlError(`${moves.length} moves cannot be taken back: ${names.join(', ')}`, {
      code: 'REASSIGNMENT_STUCK',
      words: this.#warnings.join('; '),
      hint: 'The journal stays open. When their brokers are back: kctl reassign resume',
    });
  }
}

const cancelled: ItemError = {
  subject: 'reassignment',
  code: 'CANCELLED',
  message: 'it was taken back by "kctl reassign cancel"',
};

/** What comes and goes by itself: a controller that moves, a broker that is busy or away. */
function isPassing({ code, exitCode }: KctlError): boolean {
  const passing = ['CONTROLLER_NOT_AVAILABLE', 'NOT_CONTROLLER', 'REQUEST_TIMED_OUT', 'BROKER_NOT_AVAILABLE'];
  return exitCode === ExitCode.unreachable || exitCode === ExitCode.timedOut || passing.includes(code);
}
