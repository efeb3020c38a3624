import { Deadline, pause } from '../base/deadline.js';
import { KctlError } from '../base/errors.js';
import type { RequestOptions, Wire } from '../cluster/index.js';
import { kafkaErrors } from '../protocol/errors.js';
import type { AssignorName } from './assignors.js';
import { partitionName, type TopicPartition } from './fetch-leaders.js';
import { type CommittedOffset, type Committer, commitOffsets, fetchCommitted } from './group-offsets.js';
import { isUnreachable } from './offsets.js';

export interface GroupOptions {
  groupId: string;
  topics: readonly string[];
  /** The name of a static member (KIP-345), whose partitions wait for it while it is away. */
  instanceId?: string | undefined;
  /** Offered to a group of the classic protocol, the preferred one first; all of them when absent. */
  assignors?: readonly AssignorName[] | undefined;
  /** Of a group of the new protocol; the broker's first one when absent. */
  remoteAssignor?: string | undefined;
  /** A member of the classic protocol that is not heard of for this long loses its partitions. */
  sessionTimeoutMs?: number | undefined;
  /** How long the group may be without a coordinator that answers. */
  giveUpAfterMs: number;
  /** Told what a person should know. */
  note(text: string): void;
}

/** What a member holds, until `ended` is aborted: commit what was done then, and call `next`. */
export interface Assignment {
  partitions: TopicPartition[];
  /** Those of them that it held without a break, by partition name. */
  kept: ReadonlySet<string>;
  /** More may come as soon as others have given it up. */
  mayGrow: boolean;
  ended: AbortSignal;
}

export interface CommitPatience {
  timeoutMs?: number;
  /** Ends the waiting for the answer, not the commit. */
  signal?: AbortSignal;
  /** Tries again for as long as a rebalance is in the way. */
  insist?: boolean;
}

/** How long the group waits for its members to come back when it rebalances. */
export const rebalanceTimeoutMs = 60_000;
/** For requests that are answered at once. */
export const requestTimeoutMs = 10_000;
const retryPauseMs = 200;
const tellAfterMs = 3000;

/**
 * A member of a consumer group. What the protocol asks for goes on in the background; who reads the partitions
 * calls `next` for what it holds and commits. Heartbeats and joins have connections of their own, so that neither
 * waits for the other or holds up a commit.
 */
export abstract class GroupMember {
  /** What the reader holds, or held when its assignment ended. */
  protected owned: readonly TopicPartition[] = [];
  /** The reader has an assignment that it did not give back yet. */
  protected reading = false;
  /** Aborted when the group was left. */
  protected readonly over = new AbortController();
  #ended = new AbortController();
  #pending: { partitions: TopicPartition[]; told: string } | undefined;
  #failure: { error: unknown } | undefined;
  #isLost = false;
  #running: Promise<void> | undefined;
  readonly #wakers = new Set<() => void>();

  constructor(
    protected readonly wire: Wire,
    protected readonly options: GroupOptions,
  ) {}

  /** Keeps to the group's protocol until `over`. */
  protected abstract run(): Promise<void>;
  /** Who it is to the group now. */
  protected abstract committer(): Committer;
  /** Whether a refused commit may be taken in a moment; what that means for the membership is seen to. */
  protected abstract refused(code: string, committer: Committer): 'later' | 'never';
  /** The reader has taken what was published. @param revoked what it gave up */
  protected abstract taken(revoked: readonly TopicPartition[]): void;
  /** Whether partitions that others hold are given only when those have given them up. */
  protected abstract readonly incremental: boolean;
  /** Says goodbye. */
  protected abstract sayGoodbye(timeoutMs: number): Promise<void>;

  /**
   * Gives back what the member no longer holds, and waits until the group gives it something new.
   * @returns undefined when `signal` was given first
   * @throws KctlError when the group does not take the member, exit 3 when no coordinator answers for too long
   */
  async next(signal: AbortSignal): Promise<Assignment | undefined> {
    this.reading = false;
    this.#isLost = false;
    this.#running ??= this.run().catch((error) => this.fail(error));
    this.changed();
    await this.#telling(() =>
      this.until(() => this.#pending !== undefined || this.#failure !== undefined, { signal }),
    );
    if (this.#failure) throw this.#failure.error;
    const pending = this.#pending;
    if (!pending || signal.aborted) return undefined;
    this.#pending = undefined;
    const before = new Set(this.owned.map(partitionName));
    const after = new Set(pending.partitions.map(partitionName));
    const kept = new Set([...after].filter((name) => before.has(name)));
    const revoked = this.owned.filter((partition) => !after.has(partitionName(partition)));
    this.owned = pending.partitions;
    this.#ended = new AbortController();
    this.reading = true;
    this.options.note(`${pending.told}: ${namesOf(pending.partitions)}${changes(kept, after, revoked)}`);
    this.taken(revoked);
    this.changed();
    return { partitions: pending.partitions, kept, mayGrow: this.incremental, ended: this.#ended.signal };
  }

  /**
   * What the group has committed for partitions, by partition name.
   * @returns undefined when `signal` was given first
   */
  committed(
    partitions: readonly TopicPartition[],
    signal: AbortSignal,
  ): Promise<Map<string, number> | undefined> {
    const { groupId } = this.options;
    const ask = () => fetchCommitted(this.wire, groupId, partitions, requestOptions());
    return this.#telling(() => this.untilAnswered(ask, signal));
  }

  /** @returns false when the group did not take it, or not yet: these records may be read again */
  async commit(offsets: readonly CommittedOffset[], patience: CommitPatience = {}): Promise<boolean> {
    const { timeoutMs = requestTimeoutMs, signal, insist = false } = patience;
    const { groupId, note } = this.options;
    const deadline = new Deadline(timeoutMs);
    for (;;) {
      if (this.#isLost) {
        note(`group ${groupId}: its partitions went to others uncommitted; some records may be read again`);
        return false;
      }
      const committer = this.committer();
      const options = requestOptions('control', deadline.remainingMs());
      const committing = commitOffsets(this.wire, committer, offsets, options).then((code) => ({ code }));
      try {
        const answer = signal ? await unlessAborted(committing, signal) : await committing;
        if (!answer) return false;
        const { code } = answer;
        if (code === undefined) return true;
        const isLater = this.refused(code, committer) === 'later';
        if (isLater && !insist) return false;
        if (!isLater || deadline.remainingMs() < retryPauseMs) {
          note(`group ${groupId}: the commit was refused (${code}); some records may be read again`);
          return false;
        }
      } catch (error) {
        if (!isTransient(error)) throw error;
        note(`group ${groupId}: the commit did not arrive: ${error.message}`);
        return false;
      }
      await pause(retryPauseMs, signal);
    }
  }

  /** Leaves, so that the others get its partitions at once. Failing to is no error: the session runs out. */
  async leave(timeoutMs: number): Promise<void> {
    this.over.abort();
    this.#endAssignment();
    await this.sayGoodbye(timeoutMs).catch(() => {});
  }

  /** Gives the reader what the group gave the member. @param told how the assignment is named */
  protected publish(partitions: TopicPartition[], told: string): void {
    const isSame = samePartitions(partitions, this.owned);
    if (this.reading && !this.#ended.signal.aborted && isSame) {
      this.options.note(`${told}: ${namesOf(partitions)}, as before`);
      return;
    }
    this.#pending = { partitions, told };
    this.#endAssignment();
  }

  /** The reader is to give everything back. */
  protected withdraw(): void {
    this.owned = [];
    this.#pending = undefined;
    this.#endAssignment();
  }

  /** The group has given away already what the reader holds: there is nothing to commit any more. */
  protected lost(): void {
    this.#isLost = this.reading;
    this.withdraw();
  }

  /** Something was published that the reader did not take yet. */
  protected get isPending(): boolean {
    return this.#pending !== undefined;
  }

  /** Wakes whoever waits for a condition. */
  protected changed(): void {
    for (const wake of [...this.#wakers]) wake();
  }

  /** Waits until a condition holds, the time is over or the signal is given. */
  protected async until(
    holds: () => boolean,
    { signal, timeoutMs }: { signal: AbortSignal; timeoutMs?: number },
  ): Promise<void> {
    const deadline = timeoutMs === undefined ? undefined : new Deadline(timeoutMs);
    while (!holds() && !signal.aborted && !deadline?.passed) {
      await new Promise<void>((resolve) => {
        const timer = deadline && setTimeout(wake, deadline.remainingMs());
        const wakers = this.#wakers;
        function wake() {
          clearTimeout(timer);
          wakers.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        }
        wakers.add(wake);
        signal.addEventListener('abort', wake);
      });
    }
  }

  /** Asks again while the coordinator is away or has no answer yet. @returns undefined when `signal` was given first */
  protected async untilAnswered<T>(
    ask: () => Promise<T | undefined>,
    signal: AbortSignal,
  ): Promise<T | undefined> {
    const deadline = new Deadline(this.options.giveUpAfterMs);
    while (!signal.aborted) {
      try {
        const answer = await unlessAborted(ask(), signal);
        if (answer !== undefined) return answer;
      } catch (error) {
        if (!isTransient(error) || deadline.passed) throw error;
      }
      await pause(retryPauseMs, signal);
    }
    return undefined;
  }

  async #telling<T>(wait: () => Promise<T>): Promise<T> {
    const { groupId, note } = this.options;
    const text = `group ${groupId}: waiting for its coordinator and its other members`;
    const timer = setTimeout(() => note(text), tellAfterMs);
    try {
      return await wait();
    } finally {
      clearTimeout(timer);
    }
  }

  /** The membership is over; the reader learns why. */
  protected fail(error: unknown): void {
    this.#failure ??= { error };
    this.over.abort();
    this.#endAssignment();
  }

  /** The reader is to stop and to commit. */
  #endAssignment(): void {
    this.#ended.abort();
    this.changed();
  }
}

export function requestOptions(purpose = 'control', timeoutMs = requestTimeoutMs): RequestOptions {
  return { purpose, deadline: new Deadline(timeoutMs) };
}

/** What a coordinator says that is not, or not yet, the one to ask. */
const coordinatorAway = new Set([
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
]);

export function isTransient(error: unknown): error is KctlError {
  return isUnreachable(error) || (error instanceof KctlError && coordinatorAway.has(error.code));
}

export function isCoordinatorAway(code: string): boolean {
  return coordinatorAway.has(code);
}

/** The group does not take this member, and asking again will not change that. */
export function refusal(groupId: string, code: string, words = wordsOf(code)): KctlError {
  const hint = hints[code];
  return new KctlError(`group ${groupId} does not take this member: ${code}`, {
    code,
    ...(words ? { words } : {}),
    ...(hint ? { hint } : {}),
  });
}

function wordsOf(code: string): string | undefined {
  return kafkaErrors.find(({ name }) => name === code)?.message;
}

const hints: Record<string, string> = {
  INCONSISTENT_GROUP_PROTOCOL:
    'The group is of another kind, or its members share no assignor with this one: see --assignor.',
  GROUP_MAX_SIZE_REACHED: 'The brokers allow no further member: group.max.size.',
  GROUP_AUTHORIZATION_FAILED: 'The user needs READ on the group.',
  INVALID_SESSION_TIMEOUT: 'The brokers do not allow this --session-timeout.',
  FENCED_INSTANCE_ID: 'Another member has come with the same --group-instance-id.',
  UNRELEASED_INSTANCE_ID: 'A member with the same --group-instance-id is in the group: end it first.',
  UNSUPPORTED_ASSIGNOR: 'The brokers have uniform and range unless group.consumer.assignors says otherwise.',
  UNSUPPORTED_VERSION: 'These brokers do not offer the new protocol: --group-protocol classic.',
};

function namesOf(partitions: readonly TopicPartition[]): string {
  return partitions.map(partitionName).sort().join(', ') || 'no partition for this member';
}

/** Of a member that kept something: what is new, and what it gave up. */
function changes(kept: Set<string>, after: Set<string>, revoked: readonly TopicPartition[]): string {
  if (kept.size === 0) return '';
  const added = [...after].filter((name) => !kept.has(name));
  const parts = [
    added.length > 0 ? `new: ${added.join(' ')}` : '',
    revoked.length > 0 ? `given up: ${revoked.map(partitionName).join(' ')}` : '',
  ].filter(Boolean);
  return parts.length > 0 ? ` (${parts.join('; ')})` : '';
}

export function samePartitions(a: readonly TopicPartition[], b: readonly TopicPartition[]): boolean {
  const names = new Set(a.map(partitionName));
  return a.length === b.length && b.every((partition) => names.has(partitionName(partition)));
}

/** What the promise gives, or undefined when the signal comes first. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const abort = () => resolve(undefined);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
