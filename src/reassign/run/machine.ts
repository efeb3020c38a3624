import type { PlannedMove } from '../plan/types.js';
import { hindrance, type MoveState, moveState } from './move-state.js';
import {
  destinationsOf,
  type Observation,
  type RunLimits,
  type SeenPartition,
  sameReplicas,
} from './types.js';

/** `cancel` takes back what is running, and begins nothing. */
export type RunMode = 'apply' | 'cancel';

/** What to do next. Moves are given by their place in the plan. */
export interface Decision {
  submit: number[];
  cancel: number[];
  /** Moves that are taken back, and whose replicas are to get their old order. */
  reorder: number[];
  /** Moves that have been finished since the last step. */
  done: number[];
  /** Moves that are set aside for now, and have not been so before. */
  aside: Array<{ move: number; reason: string }>;
  /** Moves that cannot be taken back although they were asked to be. */
  stuck: number[];
  /** Nothing of the plan is under way, and nothing more will be begun. */
  over: boolean;
}

export interface RunCounts {
  done: number;
  running: number;
  waiting: number;
  setAside: number;
}

/** Metadata may be behind what the controller has decided; only what lasts so long is believed. */
const settleMs = 10_000;
/** A request to take a move back is sent again after so long. */
const cancelAgainMs = 5_000;
const mostMovesAtOnce = 1_000;

/**
 * The state machine that carries a plan out: each observation of the cluster leads to what to do next. It knows no
 * cluster and no clock but the observations', and remembers only what they do not show: a run that is resumed
 * begins with none of it.
 */
export class Machine {
  readonly #done = new Set<number>();
  readonly #submittedAt = new Map<number, number>();
  readonly #cancelledAt = new Map<number, { first: number; last: number }>();
  readonly #oddSince = new Map<number, number>();
  readonly #hinderedSince = new Map<number, number>();
  readonly #reordered = new Set<number>();
  readonly #refused = new Map<number, string>();
  #aside = new Map<number, string>();
  #states: MoveState[] = [];
  mode: RunMode;

  constructor(
    readonly moves: readonly PlannedMove[],
    readonly limits: RunLimits,
    mode: RunMode = 'apply',
  ) {
    this.mode = mode;
  }

  /** The controller has taken these. */
  submitted(moves: readonly number[], atMs: number): void {
    for (const move of moves) {
      this.#submittedAt.set(move, atMs);
      this.#cancelledAt.delete(move);
    }
  }

  /** The controller has refused it: it is not asked again. */
  refused(move: number, reason: string): void {
    this.#refused.set(move, reason);
  }

  /** Why moves are set aside, by their place in the plan. */
  get setAside(): ReadonlyMap<number, string> {
    return this.#aside;
  }

  isDone(move: number): boolean {
    return this.#done.has(move);
  }

  /** The moves that the cluster is carrying out, as last seen. */
  running(): number[] {
    return this.#states.flatMap((state, move) =>
      state === 'running' || state === 'reverting' ? [move] : [],
    );
  }

  counts(): RunCounts {
    const running = this.running().filter((move) => !this.#aside.has(move)).length;
    const [done, setAside] = [this.#done.size, this.#aside.size];
    return { done, running, setAside, waiting: this.moves.length - done - setAside - running };
  }

  step(seen: Observation): Decision {
    const done: number[] = [];
    this.#states = this.moves.map((move, index) => {
      if (this.#done.has(index)) return 'done';
      const state = moveState(move, seen.partitions.get(nameOf(move)));
      if (state === 'done') {
        this.#done.add(index);
        done.push(index);
      }
      return state;
    });
    const decision = this.mode === 'cancel' ? this.#takeBack(seen) : this.#goOn(seen);
    return { ...decision, done };
  }

  #goOn(seen: Observation): Omit<Decision, 'done'> {
    const aside = new Map<number, string>();
    const running: number[] = [];
    const waiting: number[] = [];
    const hindered: number[] = [];
    let unsettled = 0;
    for (const [index, move] of this.moves.entries()) {
      const state = this.#states[index];
      if (state === 'done') continue;
      if (state === 'reverting') {
        unsettled++;
        continue;
      }
      const odd = this.#oddity(index, seen.atMs);
      if (odd !== undefined) {
        if (odd.lasts) aside.set(index, odd.reason);
        else unsettled++;
        continue;
      }
      const refused = this.#refused.get(index);
      if (refused !== undefined && state !== 'running') {
        aside.set(index, refused);
        continue;
      }
      const reason = hindrance(move, seen.partitions.get(nameOf(move)), seen);
      if (reason !== undefined) {
        if (!this.#hinderedSince.has(index)) this.#hinderedSince.set(index, seen.atMs);
        aside.set(index, reason);
        hindered.push(index);
        continue;
      }
      this.#hinderedSince.delete(index);
      (state === 'running' ? running : waiting).push(index);
    }
    const submit = this.#choose(waiting, running, seen);
    const idle = unsettled === 0 && running.length === 0 && waiting.length === 0;
    const givenUp =
      idle &&
      hindered.every((index) => seen.atMs - (this.#hinderedSince.get(index) ?? 0) >= this.#patienceMs());
    const left = hindered.filter((index) => this.#states[index] === 'running');
    const { cancel, stuck } = givenUp ? this.#askToCancel(left, seen.atMs) : nothing;
    const isOver = givenUp && left.length === 0;
    const reorder = isOver ? this.#disordered(seen) : [];
    const news = [...aside].filter(([index]) => !this.#aside.has(index));
    this.#aside = aside;
    return {
      submit,
      cancel,
      stuck,
      reorder,
      aside: news.map(([move, reason]) => ({ move, reason })),
      over: isOver && reorder.length === 0,
    };
  }

  #takeBack(seen: Observation): Omit<Decision, 'done'> {
    const running = this.running();
    const { cancel, stuck } = this.#askToCancel(
      running.filter((index) => this.#states[index] === 'running'),
      seen.atMs,
    );
    const reorder = running.length > 0 ? [] : this.#disordered(seen);
    const over = running.length + reorder.length === 0;
    return { submit: [], cancel, stuck, reorder, aside: [], over };
  }

  /** What has been taken back, and has not its old order: each once. */
  #disordered({ partitions }: Observation): number[] {
    const disordered = this.moves.flatMap((move, index) => {
      const replicas = partitions.get(nameOf(move))?.replicas ?? move.from;
      const isOdd = this.#states[index] === 'waiting' && !sameReplicas(replicas, move.from);
      return isOdd && !this.#reordered.has(index) ? [index] : [];
    });
    for (const index of disordered) this.#reordered.add(index);
    return disordered;
  }

  #patienceMs(): number {
    return this.limits.stallAfterMs;
  }

  #askToCancel(moves: number[], atMs: number): Pick<Decision, 'cancel' | 'stuck'> {
    const cancel: number[] = [];
    const stuck: number[] = [];
    for (const move of moves) {
      const asked = this.#cancelledAt.get(move);
      if (asked && atMs - asked.first >= this.#patienceMs() + cancelAgainMs) stuck.push(move);
      if (asked && atMs - asked.last < cancelAgainMs) continue;
      this.#cancelledAt.set(move, { first: asked?.first ?? atMs, last: atMs });
      cancel.push(move);
    }
    return { cancel, stuck };
  }

  /** What a move of this run should not look like: by somebody else's hand, or because metadata are behind. */
  #oddity(index: number, atMs: number): { reason: string; lasts: boolean } | undefined {
    const state = this.#states[index];
    const isTakenBack = this.#submittedAt.has(index) && !this.#cancelledAt.has(index);
    const reason =
      state === 'gone'
        ? 'there is no such partition any more'
        : state === 'other'
          ? 'somebody else has moved it'
          : state === 'waiting' && isTakenBack
            ? 'somebody else has taken it back'
            : undefined;
    if (reason === undefined) {
      this.#oddSince.delete(index);
      return undefined;
    }
    const since = this.#oddSince.get(index) ?? atMs;
    this.#oddSince.set(index, since);
    return { reason, lasts: atMs - since >= settleMs };
  }

  /** Of those that wait, as many as the limits allow beside what is running. */
  #choose(waiting: number[], running: number[], seen: Observation): number[] {
    const busy = new Map<number, number>();
    let bytes = 0;
    let copying = 0;
    const partiesOf = (move: PlannedMove): number[] => {
      const into = destinationsOf(move);
      const leader = seen.partitions.get(nameOf(move))?.leader ?? -1;
      return into.length === 0 || into.includes(leader) || leader < 0 ? into : [...into, leader];
    };
    const begin = (move: PlannedMove, parties: number[]) => {
      if (parties.length === 0) return;
      copying++;
      bytes += bytesOf(move);
      for (const id of parties) busy.set(id, (busy.get(id) ?? 0) + 1);
    };
    for (const index of running) {
      const move = this.moves[index];
      if (move) begin(move, partiesOf(move));
    }
    const chosen: number[] = [];
    for (const index of waiting) {
      const move = this.moves[index];
      if (!move || chosen.length >= mostMovesAtOnce) continue;
      const parties = partiesOf(move);
      const tooMany = parties.some((id) => (busy.get(id) ?? 0) >= this.limits.movesPerBroker);
      const tooMuch = parties.length > 0 && copying > 0 && bytes + bytesOf(move) > this.limits.batchBytes;
      if (tooMany || tooMuch) continue;
      begin(move, parties);
      chosen.push(index);
    }
    return chosen;
  }
}

const nothing: Pick<Decision, 'cancel' | 'stuck'> = { cancel: [], stuck: [] };

function bytesOf(move: PlannedMove): number {
  return (move.sizeBytes ?? 0) * destinationsOf(move).length;
}

export function nameOf({ topic, partition }: Pick<PlannedMove, 'topic' | 'partition'>): string {
  return `${topic}-${partition}`;
}

/** Whether the replicas that a move leaves are all in sync: it is done, and nothing is missing. */
export function isInSync({ to }: PlannedMove, seen: SeenPartition | undefined): boolean {
  return seen !== undefined && to.every((id) => seen.isr.includes(id));
}
