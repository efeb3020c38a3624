import { Deadline, pause } from '../base/deadline.js';
import { KctlError } from '../base/errors.js';
import type { RequestOptions, Wire } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { heartbeat } from '../protocol/messages/heartbeat.js';
import { joinGroup } from '../protocol/messages/join-group.js';
import { leaveGroup } from '../protocol/messages/leave-group.js';
import { syncGroup } from '../protocol/messages/sync-group.js';
import { type ResponseOf, within } from '../protocol/schema.js';
import { assignors } from './assign.js';
import type { TopicPartition } from './fetch-leaders.js';
import { LeaderTable } from './fetch-leaders.js';
import { type CommittedOffset, commitOffsets, fetchCommitted } from './group-offsets.js';
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from './group-protocol.js';
import { isUnreachable } from './offsets.js';

export interface GroupOptions {
  groupId: string;
  topics: readonly string[];
  /** How long the group may be without a coordinator that answers. */
  giveUpAfterMs: number;
  /** Told what a person should know. */
  note(text: string): void;
}

/** The time between two rebalances, in which this member holds its partitions. */
export interface Generation {
  generationId: number;
  partitions: TopicPartition[];
  /** Aborted when the member has to join again: commit what was done, then call `join`. */
  ended: AbortSignal;
}

/** A member that is not heard of for this long loses its partitions. */
const sessionTimeoutMs = 10_000;
const heartbeatIntervalMs = 3000;
/** How long the group waits for its members to come back when it rebalances. */
const rebalanceTimeoutMs = 60_000;
/** For requests that are answered at once. */
const requestTimeoutMs = 10_000;
const retryPauseMs = 200;
const tellAfterMs = 3000;
const protocolType = 'consumer';

type Joined = ResponseOf<typeof joinGroup>;

/**
 * A member of a classic consumer group (KIP-62), as Kafka's own consumer is one with the eager protocol: the two
 * can be members of the same group. Heartbeats and joins have connections of their own, so that neither waits for
 * the other or holds up a commit.
 */
export class GroupMember {
  #memberId = '';
  #generationId = -1;
  #ended = new AbortController();
  #fatal: KctlError | undefined;
  #left = false;

  constructor(
    private readonly wire: Wire,
    private readonly options: GroupOptions,
  ) {}

  /**
   * Joins, or joins again, and waits until the group has shared out the partitions.
   * @returns undefined when `signal` was given first
   * @throws KctlError when the group does not take the member, exit 3 when no coordinator answers for too long
   */
  async join(signal: AbortSignal): Promise<Generation | undefined> {
    this.#ended.abort();
    return this.#untilAnswered(() => this.#joinOnce(), signal);
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
    return this.#untilAnswered(
      () => fetchCommitted(this.wire, groupId, partitions, requestOptions()),
      signal,
    );
  }

  /** Asks again while the coordinator is away or has no answer yet, and says so when that takes long. */
  async #untilAnswered<T>(ask: () => Promise<T | undefined>, signal: AbortSignal): Promise<T | undefined> {
    const { groupId, giveUpAfterMs, note } = this.options;
    const deadline = new Deadline(giveUpAfterMs);
    const waiting = `group ${groupId}: waiting for its coordinator and its other members`;
    const timer = setTimeout(() => note(waiting), tellAfterMs);
    try {
      while (!signal.aborted) {
        if (this.#fatal) throw this.#fatal;
        try {
          const answer = await unlessAborted(ask(), signal);
          if (answer !== undefined) return answer;
        } catch (error) {
          if (!isTransient(error) || deadline.passed) throw error;
        }
        await pause(retryPauseMs, signal);
      }
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Commits as a member of the current generation.
   * @param signal ends the waiting for the answer, not the commit
   * @returns false when the group did not take it, or not yet: these records may be read again
   */
  async commit(
    offsets: readonly CommittedOffset[],
    { timeoutMs = requestTimeoutMs, signal }: { timeoutMs?: number; signal?: AbortSignal } = {},
  ): Promise<boolean> {
    const { groupId, note } = this.options;
    const committer = { groupId, memberId: this.#memberId, generationId: this.#generationId };
    const committing = commitOffsets(
      this.wire,
      committer,
      offsets,
      requestOptions('control', timeoutMs),
    ).then((refused) => ({ refused }));
    try {
      const answer = signal ? await unlessAborted(committing, signal) : await committing;
      if (!answer) return false;
      if (answer.refused === undefined) return true;
      note(`group ${groupId}: the commit was refused (${answer.refused}); some records may be read again`);
      this.#react(answer.refused);
    } catch (error) {
      if (!isTransient(error)) throw error;
      note(`group ${groupId}: the commit did not arrive: ${error.message}`);
    }
    return false;
  }

  /** Leaves, so that the others get its partitions at once. Failing to is no error: the session runs out. */
  async leave(timeoutMs: number): Promise<void> {
    this.#left = true;
    this.#ended.abort();
    if (this.#memberId === '') return;
    const { groupId } = this.options;
    const body = { groupId, members: [{ memberId: this.#memberId, reason: 'the consumer was closed' }] };
    const options = requestOptions('control', timeoutMs);
    await this.wire.request(leaveGroupByList, body, { group: groupId }, options).catch(() => {});
  }

  /** @returns undefined when it has to be tried again */
  async #joinOnce(): Promise<Generation | undefined> {
    const { groupId, topics } = this.options;
    const metadata = encodeSubscription(topics);
    const body = {
      groupId,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      memberId: this.#memberId,
      protocolType,
      protocols: [...assignors.keys()].map((name) => ({ name, metadata })),
    };
    const joined = await this.wire.request(joinGroup, body, { group: groupId }, patientOptions());
    if (errorOf(joined.errorCode).name === 'MEMBER_ID_REQUIRED') this.#memberId = joined.memberId;
    if (!this.#accepted(joined.errorCode)) return undefined;
    this.#memberId = joined.memberId;
    this.#generationId = joined.generationId;

    const isLeader = joined.leader === joined.memberId && !joined.skipAssignment;
    const synced = await this.wire.request(
      syncGroup,
      {
        groupId,
        generationId: joined.generationId,
        memberId: joined.memberId,
        protocolType,
        protocolName: joined.protocolName,
        assignments: isLeader ? await this.#assign(joined) : [],
      },
      { group: groupId },
      patientOptions(),
    );
    if (!this.#accepted(synced.errorCode) || this.#left) return undefined;
    this.#ended = new AbortController();
    void this.#beat(this.#ended.signal);
    const partitions = decodeAssignment(synced.assignment);
    return { generationId: joined.generationId, partitions, ended: this.#ended.signal };
  }

  /** The leader of the group shares the partitions out; every other member only waits. */
  async #assign({ members, protocolName }: Joined) {
    const subscriptions = members.map(({ memberId, groupInstanceId, metadata }) => ({
      memberId,
      instanceId: groupInstanceId,
      topics: decodeSubscription(metadata),
    }));
    const assignor = assignors.get(protocolName ?? '');
    if (!assignor) {
      throw new KctlError(`group ${this.options.groupId} chose the unknown assignor ${protocolName}`, {
        code: 'INCONSISTENT_GROUP_PROTOCOL',
      });
    }
    const topics = [...new Set(subscriptions.flatMap((subscription) => subscription.topics))];
    const leaders = new LeaderTable(this.wire, topics);
    await leaders.refresh(new Deadline(requestTimeoutMs));
    const counts = new Map(topics.map((topic) => [topic, leaders.partitionsOf(topic).length]));
    return [...assignor(subscriptions, counts)].map(([memberId, partitions]) => ({
      memberId,
      assignment: encodeAssignment(partitions),
    }));
  }

  /** Tells the coordinator again and again that the member is there, until the generation has ended. */
  async #beat(ended: AbortSignal): Promise<void> {
    const { groupId } = this.options;
    for (;;) {
      await pause(heartbeatIntervalMs, ended);
      if (ended.aborted) return;
      const body = { groupId, generationId: this.#generationId, memberId: this.#memberId };
      try {
        const { errorCode } = await this.wire.request(
          heartbeat,
          body,
          { group: groupId },
          requestOptions('heartbeat', sessionTimeoutMs),
        );
        if (errorCode !== 0 && !ended.aborted) this.#react(errorOf(errorCode).name);
      } catch (error) {
        // A coordinator that is away for too long says so with UNKNOWN_MEMBER_ID when it is back.
        if (!isTransient(error)) this.#react('UNKNOWN_SERVER_ERROR');
      }
    }
  }

  /** Whether JoinGroup or SyncGroup went through. @throws KctlError for what trying again cannot change */
  #accepted(errorCode: number): boolean {
    if (errorCode === 0) return true;
    this.#react(errorOf(errorCode).name);
    if (this.#fatal) throw this.#fatal;
    return false;
  }

  /** Takes an error of the coordinator: the generation has ended, and perhaps the membership too. */
  #react(code: string): void {
    if (code === 'UNKNOWN_MEMBER_ID' || code === 'ILLEGAL_GENERATION') this.#generationId = -1;
    if (code === 'UNKNOWN_MEMBER_ID') this.#memberId = '';
    if (!rejoinable.has(code)) this.#fatal = refusal(this.options.groupId, code);
    this.#ended.abort();
  }
}

/** From this version on (KIP-345, Kafka 2.4) members leave in a list. */
const leaveGroupByList = within(leaveGroup, { from: 3 });

const rejoinable = new Set([
  'REBALANCE_IN_PROGRESS',
  'UNKNOWN_MEMBER_ID',
  'ILLEGAL_GENERATION',
  'MEMBER_ID_REQUIRED',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
]);

const hints: Record<string, string> = {
  INCONSISTENT_GROUP_PROTOCOL:
    'The group is of another kind, or its members share no assignor with kctl (range, roundrobin).',
  GROUP_MAX_SIZE_REACHED: 'The brokers allow no further member: group.max.size.',
  GROUP_AUTHORIZATION_FAILED: 'The user needs READ on the group.',
  INVALID_SESSION_TIMEOUT: `The brokers do not allow a session timeout of ${sessionTimeoutMs} ms.`,
};

function refusal(groupId: string, code: string): KctlError {
  return new KctlError(`group ${groupId} does not take this member: ${code}`, {
    code,
    ...(hints[code] ? { hint: hints[code] } : {}),
  });
}

function requestOptions(purpose = 'control', timeoutMs = requestTimeoutMs): RequestOptions {
  return { purpose, deadline: new Deadline(timeoutMs) };
}

/** JoinGroup and SyncGroup are answered when all members have come. */
function patientOptions(): RequestOptions {
  const timeoutMs = rebalanceTimeoutMs + requestTimeoutMs;
  return { purpose: 'group', deadline: new Deadline(timeoutMs), attemptTimeoutMs: timeoutMs };
}

function isTransient(error: unknown): error is KctlError {
  return isUnreachable(error) || (error instanceof KctlError && rejoinable.has(error.code));
}

/** What the promise gives, or undefined when the signal comes first. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const abort = () => resolve(undefined);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
