import { Deadline } from '../base/deadline.js';
import { KctlError } from '../base/errors.js';
import type { RequestOptions } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { heartbeat } from '../protocol/messages/heartbeat.js';
import { joinGroup } from '../protocol/messages/join-group.js';
import { leaveGroup } from '../protocol/messages/leave-group.js';
import { syncGroup } from '../protocol/messages/sync-group.js';
import { type ResponseOf, within } from '../protocol/schema.js';
import { type AssignorName, assignorNames, assignors, isAssignorName, isCooperative } from './assignors.js';
import { LeaderTable, type TopicPartition } from './fetch-leaders.js';
import {
  GroupMember,
  isCoordinatorAway,
  isTransient,
  rebalanceTimeoutMs,
  refusal,
  requestOptions,
  requestTimeoutMs,
} from './group-member.js';
import type { Committer } from './group-offsets.js';
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from './group-protocol.js';

const defaultSessionTimeoutMs = 10_000;
const longestHeartbeatIntervalMs = 3000;
/** How often the leader looks for partitions that were added. */
const metadataIntervalMs = 5000;
const protocolType = 'consumer';

/** From this version on (KIP-345, Kafka 2.4) members leave in a list. */
const leaveGroupByList = within(leaveGroup, { from: 3 });

type Joined = ResponseOf<typeof joinGroup>;

interface Watched {
  leaders: LeaderTable;
  topics: readonly string[];
  /** The number of partitions of each topic when they were shared out. */
  sizes: ReadonlyMap<string, number>;
  nextMs: number;
}

/**
 * A member of a classic consumer group (KIP-62), as Kafka's own consumer is one: the two can be members of the same
 * group. It gives everything back before it joins again, or, where it offers nothing but `cooperative-sticky`, reads
 * on and gives back only what goes to others (KIP-429).
 */
export class ClassicMember extends GroupMember {
  readonly #offered: readonly AssignorName[] = this.options.assignors ?? assignorNames;
  readonly #sessionTimeoutMs = this.options.sessionTimeoutMs ?? defaultSessionTimeoutMs;
  readonly #groupInstanceId = this.options.instanceId ?? null;
  protected readonly incremental = isCooperative(this.#offered);
  #memberId = '';
  #generationId = -1;
  #previous: TopicPartition[] = [];
  #joining = false;
  #mustJoin = true;
  /** What the leader of the group looks after; undefined for every other member. */
  #watched: Watched | undefined;

  protected async run(): Promise<void> {
    while (!this.over.signal.aborted) {
      if (this.#mayJoin) await this.#joinAndPublish();
      else await this.#beatOnce();
    }
  }

  /** What the reader gives back it commits first; one that keeps its partitions takes its last share first. */
  get #mayJoin(): boolean {
    return this.#mustJoin && (this.incremental ? !this.isPending : !this.reading);
  }

  async #joinAndPublish(): Promise<void> {
    this.#joining = true;
    const partitions = await this.untilAnswered(() => this.#join(), this.over.signal);
    this.#joining = false;
    if (!partitions) return;
    this.#mustJoin = false;
    this.#previous = partitions;
    this.publish(partitions, `group ${this.options.groupId}, generation ${this.#generationId}`);
  }

  protected committer(): Committer {
    const [memberId, generationId] = [this.#memberId, this.#generationId];
    return { groupId: this.options.groupId, memberId, generationId, groupInstanceId: this.#groupInstanceId };
  }

  protected refused(code: string, { generationId }: Committer): 'later' | 'never' {
    const isBetween = code === 'REBALANCE_IN_PROGRESS' || code === 'ILLEGAL_GENERATION';
    const hasMovedOn = this.#joining || generationId !== this.#generationId;
    if (this.incremental && isBetween && hasMovedOn) return 'later';
    this.#react(code);
    return 'never';
  }

  protected taken(revoked: readonly TopicPartition[]): void {
    // The others wait for what was given up, until the next rebalance shares it out.
    if (this.incremental && revoked.length > 0) this.#mustJoin = true;
  }

  protected async sayGoodbye(timeoutMs: number): Promise<void> {
    // A static member's partitions are kept for it until its session runs out.
    if (this.#memberId === '' || this.#groupInstanceId !== null) return;
    const { groupId } = this.options;
    const body = { groupId, members: [{ memberId: this.#memberId, reason: 'the consumer was closed' }] };
    await this.wire.request(leaveGroupByList, body, { group: groupId }, requestOptions('control', timeoutMs));
  }

  /** @returns what the member gets; undefined when it has to be tried again */
  async #join(): Promise<TopicPartition[] | undefined> {
    const { groupId, topics } = this.options;
    const owned = this.incremental ? this.owned : [];
    const subscription = { topics, owned, previous: this.#previous, generationId: this.#generationId };
    const body = {
      groupId,
      sessionTimeoutMs: this.#sessionTimeoutMs,
      rebalanceTimeoutMs,
      groupInstanceId: this.#groupInstanceId,
      protocolType,
      protocols: this.#offered.map((name) => ({ name, metadata: encodeSubscription(name, subscription) })),
    };
    const ask = () =>
      this.wire.request(
        joinGroup,
        { ...body, memberId: this.#memberId },
        { group: groupId },
        patientOptions(),
      );
    let joined = await ask();
    // A new member is given its id, and comes again with it (KIP-394).
    if (errorOf(joined.errorCode).name === 'MEMBER_ID_REQUIRED') {
      this.#memberId = joined.memberId;
      joined = await ask();
    }
    if (!this.#accepted(joined.errorCode)) return undefined;
    this.#memberId = joined.memberId;
    this.#generationId = joined.generationId;

    const isLeader = joined.leader === joined.memberId;
    this.#watched = undefined;
    const synced = await this.wire.request(
      syncGroup,
      {
        groupId,
        generationId: joined.generationId,
        memberId: joined.memberId,
        groupInstanceId: this.#groupInstanceId,
        protocolType,
        protocolName: joined.protocolName,
        assignments: isLeader ? await this.#assign(joined) : [],
      },
      { group: groupId },
      patientOptions(),
    );
    return this.#accepted(synced.errorCode) ? decodeAssignment(synced.assignment) : undefined;
  }

  /** The leader of the group shares the partitions out; every other member only waits. */
  async #assign({ members, protocolName, skipAssignment }: Joined) {
    const name = protocolName ?? '';
    if (!isAssignorName(name)) {
      throw new KctlError(`group ${this.options.groupId} chose the unknown assignor ${name}`, {
        code: 'INCONSISTENT_GROUP_PROTOCOL',
      });
    }
    const subscriptions = members.map(({ memberId, groupInstanceId, metadata }) => ({
      memberId,
      instanceId: groupInstanceId,
      ...decodeSubscription(name, metadata),
    }));
    const topics = [...new Set(subscriptions.flatMap((subscription) => subscription.topics))].sort();
    const leaders = new LeaderTable(this.wire, topics);
    await leaders.refresh(new Deadline(requestTimeoutMs));
    const sizes = sizesOf(leaders, topics);
    this.#watched = { leaders, topics, sizes, nextMs: performance.now() + metadataIntervalMs };
    // A static leader that is back finds everything as it was (KIP-814).
    if (skipAssignment) return [];
    return [...assignors[name](subscriptions, sizes)].map(([memberId, partitions]) => ({
      memberId,
      assignment: encodeAssignment(partitions),
    }));
  }

  /** Tells the coordinator that the member is there. */
  async #beatOnce(): Promise<void> {
    const intervalMs = Math.min(longestHeartbeatIntervalMs, this.#sessionTimeoutMs / 3);
    await this.until(() => this.#mayJoin, { signal: this.over.signal, timeoutMs: intervalMs });
    if (this.#mayJoin || this.#generationId < 0 || this.over.signal.aborted) return;
    const { groupId } = this.options;
    const { memberId, generationId, groupInstanceId } = this.committer();
    const body = { groupId, generationId, memberId, groupInstanceId };
    try {
      const options = requestOptions('heartbeat', this.#sessionTimeoutMs);
      const { errorCode } = await this.wire.request(heartbeat, body, { group: groupId }, options);
      if (errorCode !== 0) this.#react(errorOf(errorCode).name);
      else await this.#lookForPartitions();
    } catch (error) {
      // A coordinator that is away for too long says so with UNKNOWN_MEMBER_ID when it is back.
      if (!isTransient(error)) throw error;
    }
  }

  async #lookForPartitions(): Promise<void> {
    const watched = this.#watched;
    if (!watched || performance.now() < watched.nextMs) return;
    const { leaders, topics, sizes } = watched;
    await leaders.refresh(new Deadline(requestTimeoutMs));
    watched.nextMs = performance.now() + metadataIntervalMs;
    const now = sizesOf(leaders, topics);
    if (topics.some((topic) => now.get(topic) !== sizes.get(topic))) this.#rejoin('partitions were added');
  }

  /** Whether JoinGroup or SyncGroup went through. @throws KctlError for what trying again cannot change */
  #accepted(errorCode: number): boolean {
    if (errorCode === 0) return true;
    this.#react(errorOf(errorCode).name);
    return false;
  }

  /** Takes an error of the coordinator: the generation has ended, and perhaps the membership too. */
  #react(code: string): void {
    if (isCoordinatorAway(code)) return;
    if (code === 'UNKNOWN_MEMBER_ID') this.#memberId = '';
    if (code === 'UNKNOWN_MEMBER_ID' || code === 'ILLEGAL_GENERATION') {
      this.#generationId = -1;
      this.#previous = [];
      this.lost();
    } else if (code !== 'REBALANCE_IN_PROGRESS') {
      this.fail(refusal(this.options.groupId, code));
      return;
    }
    this.#rejoin(code);
  }

  #rejoin(reason: string): void {
    if (!this.#mustJoin) this.options.note(`group ${this.options.groupId} rebalances: ${reason}`);
    this.#mustJoin = true;
    if (this.incremental) this.changed();
    else this.withdraw();
  }
}

function sizesOf(leaders: LeaderTable, topics: readonly string[]): Map<string, number> {
  return new Map(topics.map((topic) => [topic, leaders.partitionsOf(topic).length]));
}

/** JoinGroup and SyncGroup are answered when all members have come. */
function patientOptions(): RequestOptions {
  const timeoutMs = rebalanceTimeoutMs + requestTimeoutMs;
  return { purpose: 'group', deadline: new Deadline(timeoutMs), attemptTimeoutMs: timeoutMs };
}
