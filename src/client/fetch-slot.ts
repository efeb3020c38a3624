import { ExitCode } from '../base/errors.js';
import type { ItemError } from '../base/result.js';
import { partitionName, type TopicPartition } from './fetch-leaders.js';
import type { OffsetPoint } from './offsets.js';

export interface FetchStart extends TopicPartition {
  /** The first offset wanted. */
  from: number | OffsetPoint;
  /** The offset to stop before; it is reached by position, not by counting records. */
  end?: number | undefined;
}

/** How long a request may take; a fetch is answered sooner unless the broker hangs. */
export const requestTimeoutMs = 30_000;
/** Leaders move all the time; only what lasts longer is worth a word. */
const tellAfterMs = 2000;
/** A topic that nobody knows is gone rather than late, after this time. */
const topicGoneAfterMs = 10_000;
const firstBackoffMs = 100;
const longestBackoffMs = 1000;

/** How long the leader is read after a replica could not be: it may name the same one again. */
const leaderForMs = 10_000;
/** How long a replica is read before the leader is asked again which one is near. */
const replicaForMs = 5 * 60_000;

/** Since when a partition has had no answer, and why. */
interface Trouble {
  sinceMs: number;
  attempts: number;
  told: boolean;
  error: ItemError;
}

/** One partition of a Fetcher: where it is, and how it is doing. */
export class FetchSlot implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  readonly name: string;
  /** Where to begin, while `position` is not known. */
  readonly from: OffsetPoint;
  readonly end: number;
  /** Of the next fetch; undefined until the offset of `from` is known. */
  position: number | undefined;
  start: number | undefined;
  state: 'active' | 'done' | 'failed';
  inFlight = false;
  /** The leader has to be looked up anew before the next fetch. */
  stale = false;
  #leaderUntilMs = 0;
  #replica: { broker: number; untilMs: number } | undefined;
  #trouble: Trouble | undefined;
  #hasAnswered = false;

  constructor(
    { topic, partition, from, end = Number.POSITIVE_INFINITY }: FetchStart,
    /** A topic made anew under its old name has another one. */
    readonly topicId: string | undefined,
  ) {
    this.topic = topic;
    this.partition = partition;
    this.name = partitionName({ topic, partition });
    this.from = typeof from === 'number' ? 'earliest' : from;
    this.end = end;
    this.position = typeof from === 'number' ? from : undefined;
    this.start = this.position;
    this.state = this.position !== undefined && this.position >= end ? 'done' : 'active';
  }

  get isEndless(): boolean {
    return this.end === Number.POSITIVE_INFINITY;
  }

  /** For messages: how far it was fetched. */
  get reached(): string {
    return this.position === undefined ? 'no offset' : `offset ${this.position}`;
  }

  /** What keeps it from being read now, when that is more than a leader that moves. */
  get problem(): ItemError | undefined {
    const lasts = this.#trouble?.told || !this.#hasAnswered;
    return this.state === 'active' && lasts ? this.#trouble?.error : undefined;
  }

  /** How long to wait before the leader is looked up. */
  get backoffMs(): number {
    const attempts = this.#trouble?.attempts ?? 0;
    return Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.max(0, attempts - 1));
  }

  /** The replica that is nearer than the leader, for as long as the leader's word holds. */
  replicaAt(now: number): number | undefined {
    return this.#replica && now < this.#replica.untilMs ? this.#replica.broker : undefined;
  }

  avoidsReplicas(): boolean {
    return performance.now() < this.#leaderUntilMs;
  }

  preferReplica(broker: number): void {
    this.#replica = { broker, untilMs: performance.now() + replicaForMs };
  }

  /** @returns whether a replica was being read; it is the leader from now on */
  leaveReplica(): boolean {
    const had = this.#replica !== undefined;
    this.#replica = undefined;
    if (had) this.#leaderUntilMs = performance.now() + leaderForMs;
    return had;
  }

  moveTo(position: number): void {
    this.position = position;
    if (position >= this.end) this.state = 'done';
  }

  /** There was no answer, or a refusal that may pass, to what was asked at `sinceMs`. */
  troubled(error: ItemError, sinceMs: number): void {
    if (this.state !== 'active') return;
    this.stale = true;
    const earliestMs = performance.now() - requestTimeoutMs;
    this.#trouble ??= { sinceMs: Math.max(sinceMs, earliestMs), attempts: 0, told: false, error };
    this.#trouble.attempts += 1;
    this.#trouble.error = error;
  }

  /** @returns whether a person was told of the trouble that is over now */
  recovered(): boolean {
    this.#hasAnswered = true;
    const wasTold = this.#trouble?.told ?? false;
    this.#trouble = undefined;
    return wasTold;
  }

  /** @returns the error to be told now, once per trouble */
  takeTelling(now: number): ItemError | undefined {
    const trouble = this.#trouble;
    if (!trouble || trouble.told || now - trouble.sinceMs < tellAfterMs) return undefined;
    trouble.told = true;
    return trouble.error;
  }

  /** @returns the error to give up with, when there was no answer for too long */
  overdue(now: number, giveUpAfterMs: number): ItemError | undefined {
    if (!this.#trouble) return undefined;
    const { sinceMs, error } = this.#trouble;
    const isGone = error.code === 'UNKNOWN_TOPIC_OR_PARTITION';
    const waitedMs = now - sinceMs;
    if (waitedMs < (isGone ? Math.min(topicGoneAfterMs, giveUpAfterMs) : giveUpAfterMs)) return undefined;
    return {
      subject: this.name,
      code: error.code,
      message: `no answer for ${Math.round(waitedMs / 1000)} s, read up to ${this.reached}: ${error.message}`,
      exitCode: ExitCode.unreachable,
    };
  }
}
