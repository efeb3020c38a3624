import { randomBytes } from 'node:crypto';
import { Deadline } from '../base/deadline.js';
import { errorOf } from '../protocol/errors.js';
import { consumerGroupHeartbeat } from '../protocol/messages/consumer-group-heartbeat.js';
import type { ResponseOf } from '../protocol/schema.js';
import { groupByTopic, LeaderTable, type TopicPartition } from './fetch-leaders.js';
import {
  GroupMember,
  isCoordinatorAway,
  rebalanceTimeoutMs,
  refusal,
  requestOptions,
  requestTimeoutMs,
  samePartitions,
} from './group-member.js';
import type { Committer } from './group-offsets.js';

type Answer = ResponseOf<typeof consumerGroupHeartbeat>;
type Assigned = NonNullable<Answer['assignment']>;

const joiningEpoch = 0;
const leavingEpoch = -1;
/** A static member's partitions wait for it until the session runs out. */
const leavingForNowEpoch = -2;
const firstIntervalMs = 1000;

/**
 * A member of a group of the new consumer protocol (KIP-848): the broker shares the partitions out, and each member
 * is led from what it holds to what it shall hold by its own heartbeats, while all the others read on.
 */
export class ConsumerMember extends GroupMember {
  protected readonly incremental = true;
  readonly #memberId = randomBytes(16).toString('base64url');
  readonly #leaders = new LeaderTable(this.wire, this.options.topics);
  #epoch = joiningEpoch;
  #intervalMs = firstIntervalMs;
  /** Something to tell the broker at once. */
  #isNews = true;
  #assigned: TopicPartition[] | undefined;

  protected async run(): Promise<void> {
    const over = this.over.signal;
    while (!over.aborted) {
      await this.until(() => this.#isNews, { signal: over, timeoutMs: this.#intervalMs });
      if (over.aborted) return;
      this.#isNews = false;
      const answer = await this.untilAnswered(() => this.#beat(), over);
      if (answer) await this.#take(answer);
    }
  }

  protected committer(): Committer {
    return {
      groupId: this.options.groupId,
      memberId: this.#memberId,
      generationId: this.#epoch,
      groupInstanceId: this.options.instanceId ?? null,
    };
  }

  protected refused(code: string): 'later' | 'never' {
    if (code === 'STALE_MEMBER_EPOCH') return 'later';
    if (code === 'UNKNOWN_MEMBER_ID' || code === 'FENCED_MEMBER_EPOCH') this.#fenced(code);
    else this.fail(refusal(this.options.groupId, code));
    return 'never';
  }

  protected taken(): void {
    this.#isNews = true;
  }

  protected async sayGoodbye(timeoutMs: number): Promise<void> {
    if (this.#epoch === joiningEpoch) return;
    const { groupId, instanceId = null } = this.options;
    const memberEpoch = instanceId === null ? leavingEpoch : leavingForNowEpoch;
    const body = { groupId, memberId: this.#memberId, memberEpoch, instanceId };
    await this.wire.request(
      consumerGroupHeartbeat,
      body,
      { group: groupId },
      requestOptions('control', timeoutMs),
    );
  }

  /** @returns undefined when it has to be tried again */
  async #beat(): Promise<Answer | undefined> {
    const { groupId, topics, instanceId = null, remoteAssignor = null } = this.options;
    const body = {
      groupId,
      memberId: this.#memberId,
      memberEpoch: this.#epoch,
      instanceId,
      rebalanceTimeoutMs,
      subscribedTopicNames: [...topics],
      serverAssignor: remoteAssignor,
      topicPartitions: this.#held(),
    };
    const to = { group: groupId };
    const answer = await this.wire
      .request(consumerGroupHeartbeat, body, to, requestOptions('heartbeat'))
      .catch((error) => {
        throw error.code === 'UNSUPPORTED_VERSION' ? refusal(groupId, error.code, error.message) : error;
      });
    if (answer.errorCode === 0) return answer;
    const { name, message } = errorOf(answer.errorCode);
    if (name === 'UNKNOWN_MEMBER_ID' || name === 'FENCED_MEMBER_EPOCH') this.#fenced(name);
    else if (!isCoordinatorAway(name)) throw refusal(groupId, name, answer.errorMessage ?? message);
    return undefined;
  }

  #held() {
    return [...groupByTopic(this.owned)].map(([topic, group]) => ({
      topicId: this.#leaders.topicId(topic) ?? '',
      partitions: group.map(({ partition }) => partition),
    }));
  }

  async #take({ memberEpoch, heartbeatIntervalMs, assignment }: Answer): Promise<void> {
    const assigned = assignment ? await this.#named(assignment) : this.#assigned;
    const isNew = memberEpoch !== this.#epoch || !samePartitions(assigned ?? [], this.#assigned ?? []);
    this.#epoch = memberEpoch;
    this.#intervalMs = heartbeatIntervalMs;
    this.#assigned = assigned;
    if (assigned && isNew) {
      this.publish(assigned, `group ${this.options.groupId}, member epoch ${memberEpoch}`);
    }
  }

  /** The broker names topics by their ids. */
  async #named({ topicPartitions }: Assigned): Promise<TopicPartition[]> {
    if (topicPartitions.some(({ topicId }) => this.#leaders.topicOfId(topicId) === undefined)) {
      await this.#leaders.refresh(new Deadline(requestTimeoutMs));
    }
    return topicPartitions.flatMap(({ topicId, partitions }) => {
      const topic = this.#leaders.topicOfId(topicId);
      return topic === undefined ? [] : partitions.map((partition) => ({ topic, partition }));
    });
  }

  /** The group goes on without this member, which begins anew. */
  #fenced(code: string): void {
    this.options.note(`group ${this.options.groupId} has dropped this member (${code}); it joins again`);
    this.#epoch = joiningEpoch;
    this.#assigned = undefined;
    this.#isNews = true;
    this.lost();
  }
}
