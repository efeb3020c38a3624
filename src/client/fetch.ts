import { Deadline, pause } from '../base/deadline.js';
import { type ItemError, itemError } from '../base/result.js';
import type { Wire } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { fetch } from '../protocol/messages/fetch.js';
import { type ResponseOf, within, zeroUuid } from '../protocol/schema.js';
import { type FetchedRecords, nothingLeft, type PartitionAnswer, positionBehind } from './fetch-answer.js';
import { BrokerLanes } from './fetch-lanes.js';
import {
  groupBy,
  groupByTopic,
  type LeaderTable,
  partitionName,
  type TopicPartition,
} from './fetch-leaders.js';
import { FetchMemory } from './fetch-memory.js';
import { Pace } from './fetch-pace.js';
import { FetchSlot, type FetchStart, requestTimeoutMs } from './fetch-slot.js';
import {
  findOffsets,
  type IsolationLevel,
  isolationCodes,
  isUnreachable,
  type OffsetPoint,
  partitionError,
} from './offsets.js';

export interface FetchOptions {
  isolation: IsolationLevel;
  /** How long a partition may be without an answer; the healthy ones are read meanwhile. */
  giveUpAfterMs: number;
  signal: AbortSignal;
  /** Where the reader is: what a replica nearer than the leader has is read there (KIP-392). */
  rack?: string | undefined;
  /** Fetch no more than that, on average. */
  maxBytesPerSec?: number | undefined;
  /** Told what a person should know: brokers that are away and are back, records that are gone. */
  note(text: string): void;
}

interface BrokerAnswer {
  lanes: BrokerLanes;
  lane: number;
  slots: FetchSlot[];
  positions: number[];
  sentAtMs: number;
  /** Where the answer's records are; free again once they are worked on. */
  memory: Buffer | undefined;
  outcome: ResponseOf<typeof fetch> | { failure: unknown };
}

/** Connections to each broker. */
const mostLanes = 2;
/** How long a broker waits for a first byte. */
const maxWaitMs = 500;
/** The iterator gives an empty list at least this often. */
const tickMs = 500;

/** Fetch answers of brokers whose cluster has no topic ids; version 13 knows topics by id only. */
const fetchByName = within(fetch, { upTo: 12 });

const offsetOutOfRange = 1;
const leaderNotAvailable = 5;
/** Unknown, and inconsistent: a topic made anew. */
const topicIdErrors = [100, 103];

/**
 * Reads many partitions of many brokers at once, outside of any group (KIP-227's sessions are not used). While one
 * answer is being worked on, each broker has one or two further fetches under way: that is all the memory it takes, and
 * who iterates slowly slows the fetching down. A partition whose leader moves or is away continues when it is back.
 */
export class Fetcher {
  /** Partitions that were given up, by name. */
  readonly #failures = new Map<string, ItemError>();
  readonly #slots = new Map<string, FetchSlot>();
  readonly #lanes = new Map<number, BrokerLanes>();
  readonly #arrived: BrokerAnswer[] = [];
  readonly #memory = new FetchMemory();
  /** Ends the look-ups that wait for their turn. */
  readonly #over = new AbortController();
  readonly #pace: Pace;
  #wake = () => {};
  #refreshing = false;
  #finding = false;

  constructor(
    private readonly wire: Wire,
    private readonly leaders: LeaderTable,
    starts: readonly FetchStart[],
    private readonly options: FetchOptions,
  ) {
    this.#pace = new Pace(options.maxBytesPerSec);
    for (const start of starts) {
      const slot = new FetchSlot(start, leaders.topicId(start.topic));
      const isLeaderless = leaders.leaderOf(start) < 0;
      if (isLeaderless) slot.troubled(partitionError(slot.name, leaderNotAvailable), performance.now());
      this.#slots.set(slot.name, slot);
    }
  }

  /**
   * What the partitions gave, answer by answer, an empty list now and then. Its bytes are the iterator's, to read and
   * to overwrite, until it asks for the next. Ends when every partition is at its end or was given up.
   */
  async *answers(): AsyncGenerator<FetchedRecords[]> {
    const { signal } = this.options;
    const wake = () => this.#wake();
    signal.addEventListener('abort', wake);
    try {
      for (;;) {
        this.#giveUpOverdue();
        if (signal.aborted || this.#active().length === 0) return;
        this.#startWork();
        if (this.#arrived.length === 0) await this.#somethingNew();
        const answer = this.#arrived.shift();
        const fetched = answer ? this.#take(answer) : [];
        this.#startWork();
        if (!signal.aborted) yield fetched;
        if (answer?.memory) this.#memory.giveBack(answer.memory);
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.#over.abort();
    }
  }

  /** Gives a partition up, for what its records turned out to be. */
  fail(partition: TopicPartition, error: ItemError): void {
    const slot = this.#slots.get(partitionName(partition));
    if (!slot) return;
    slot.state = 'failed';
    this.#failures.set(slot.name, error);
  }

  /** Every partition that cannot be read: those given up, and those that had no answer for some time now. */
  problems(): ItemError[] {
    const waiting = this.#active().flatMap((slot) => slot.problem ?? []);
    return [...this.#failures.values(), ...waiting];
  }

  /** Where the reading of a partition began; undefined while it is not known. */
  startOf(partition: TopicPartition): number | undefined {
    return this.#slots.get(partitionName(partition))?.start;
  }

  #active(): FetchSlot[] {
    return [...this.#slots.values()].filter((slot) => slot.state === 'active');
  }

  #somethingNew(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(tickMs, this.#pace.waitMs() || tickMs));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Starts whatever can be started now: fetches, and the look-ups that other fetches wait for. */
  #startWork(): void {
    const active = this.#active();
    const idle = active.filter((slot) => !slot.inFlight);
    const stale = idle.filter((slot) => slot.stale);
    if (!this.#refreshing && stale.length > 0) void this.#refreshLeaders(stale);
    const ready = idle.filter((slot) => !slot.stale);
    if (!this.#finding && ready.some((slot) => slot.position === undefined)) {
      void this.#findStarts(ready.filter((slot) => slot.position === undefined));
    }
    if (this.#pace.waitMs() > 0) return;
    const located = ready.filter((slot) => slot.position !== undefined);
    const now = performance.now();
    const brokers = groupBy(located, (slot) => slot.replicaAt(now) ?? this.leaders.leaderOf(slot));
    for (const [broker, slots] of brokers) {
      if (broker < 0) for (const slot of slots) slot.stale = true;
      else {
        const lanes = this.#lanesOf(broker);
        for (const { lane, items } of lanes.take(slots)) void this.#fetchFrom(broker, lanes, lane, items);
      }
    }
  }

  #lanesOf(broker: number): BrokerLanes {
    const known = this.#lanes.get(broker);
    if (known) return known;
    // To keep a rate, small and even answers are wanted.
    const lanes = new BrokerLanes(this.options.maxBytesPerSec === undefined ? mostLanes : 1);
    this.#lanes.set(broker, lanes);
    return lanes;
  }

  async #fetchFrom(broker: number, lanes: BrokerLanes, lane: number, slots: FetchSlot[]): Promise<void> {
    const sentAtMs = performance.now();
    const positions = slots.map((slot) => slot.position ?? 0);
    for (const slot of slots) slot.inFlight = true;
    let outcome: BrokerAnswer['outcome'];
    let memory: Buffer | undefined;
    try {
      const link = await this.wire.link(broker, `fetch ${lane}`, new Deadline(requestTimeoutMs));
      const { api, body } = this.#request(slots, lanes.bytes);
      outcome = await link.send(api, body, requestTimeoutMs, (bytes) => {
        memory = this.#memory.take(bytes);
        return memory.subarray(0, bytes);
      });
    } catch (failure) {
      outcome = { failure };
    }
    this.#arrived.push({ lanes, lane, slots, positions, sentAtMs, memory, outcome });
    this.#wake();
  }

  #request(slots: FetchSlot[], bytes: number) {
    const maxBytes = this.#pace.limit(bytes);
    const topics = [...groupByTopic(slots)].map(([topic, group]) => ({
      topic,
      topicId: this.leaders.topicId(topic) ?? zeroUuid,
      partitions: group.map(({ partition, position = 0 }) => ({
        partition,
        fetchOffset: BigInt(position),
        partitionMaxBytes: maxBytes,
      })),
    }));
    const body = {
      maxWaitMs,
      minBytes: 1,
      maxBytes,
      isolationLevel: isolationCodes[this.options.isolation],
      sessionId: 0,
      sessionEpoch: -1,
      topics,
      forgottenTopicsData: [],
      rackId: slots.some((slot) => slot.avoidsReplicas()) ? '' : (this.options.rack ?? ''),
    };
    return { api: topics.some(({ topicId }) => topicId === zeroUuid) ? fetchByName : fetch, body };
  }

  #take({ lanes, lane, slots, positions, sentAtMs, outcome }: BrokerAnswer): FetchedRecords[] {
    for (const slot of slots) slot.inFlight = false;
    if ('failure' in outcome) {
      const isOfLane = lanes.failed(lane);
      if (!isUnreachable(outcome.failure)) throw outcome.failure;
      if (isOfLane) return [];
      for (const slot of slots)
        if (!slot.leaveReplica()) slot.troubled(itemError(slot.name, outcome.failure), sentAtMs);
      return [];
    }
    if (outcome.errorCode !== 0) {
      lanes.answered(lane, 0, 0);
      for (const slot of slots) slot.troubled(partitionError(slot.name, outcome.errorCode), sentAtMs);
      return [];
    }
    const asked = new Map(slots.map((slot, index) => [slot.name, positions[index]]));
    const answers = outcome.responses.flatMap(({ topic, topicId, partitions }) =>
      partitions.map((answer) => ({ topic: topic || (this.leaders.topicOfId(topicId) ?? ''), answer })),
    );
    const bytes = answers.reduce((sum, { answer }) => sum + (answer.records?.length ?? 0), 0);
    lanes.answered(lane, bytes, performance.now() - sentAtMs);
    this.#pace.took(bytes);
    const whole = { bytes, throttleTimeMs: outcome.throttleTimeMs };
    return answers.flatMap(({ topic, answer }) => {
      const slot = this.#slots.get(partitionName({ topic, partition: answer.partitionIndex }));
      // A partition that was given up meanwhile, or was not asked for, has nothing to say.
      const isWanted = slot?.state === 'active' && asked.get(slot.name) === slot.position;
      return isWanted ? this.#takePartition(slot, answer, whole, sentAtMs) : [];
    });
  }

  #takePartition(
    slot: FetchSlot,
    answer: PartitionAnswer,
    whole: { bytes: number; throttleTimeMs: number },
    sentAtMs: number,
  ): FetchedRecords[] {
    if (answer.errorCode !== 0) {
      this.#takeError(slot, answer, sentAtMs);
      return [];
    }
    if (answer.preferredReadReplica >= 0) {
      slot.preferReplica(answer.preferredReadReplica);
      return [];
    }
    if (slot.recovered()) this.options.note(`${slot.name}: going on at ${slot.position}`);
    const startOffset = slot.position ?? 0;
    const records = answer.records ?? Buffer.alloc(0);
    slot.moveTo(positionBehind(records, startOffset));
    const committedOnly = this.options.isolation === 'read_committed';
    if (nothingLeft(answer, whole, { end: slot.end, committedOnly })) slot.state = 'done';
    if (records.length === 0) return [];
    // Behind those that gave nothing: what a broker sends first must not keep the others waiting.
    this.#slots.delete(slot.name);
    this.#slots.set(slot.name, slot);
    const { topic, partition, end } = slot;
    const abortedTransactions = answer.abortedTransactions ?? [];
    return [{ topic, partition, records, startOffset, endOffset: end, abortedTransactions }];
  }

  #takeError(slot: FetchSlot, { errorCode }: PartitionAnswer, sentAtMs: number): void {
    // A replica may be behind, gone, or no longer in sync: the leader knows.
    if (slot.leaveReplica()) return;
    const error = partitionError(slot.name, errorCode);
    if (errorCode === offsetOutOfRange) void this.#moveIntoRange(slot);
    else if (errorOf(errorCode).retriable || topicIdErrors.includes(errorCode))
      slot.troubled(error, sentAtMs);
    else this.fail(slot, error);
  }

  /** The partition does not hold the position: its beginning was deleted meanwhile, or its end was cut off. */
  async #moveIntoRange(slot: FetchSlot): Promise<void> {
    const position = slot.position ?? 0;
    slot.inFlight = true;
    const [first, end] = await Promise.all([this.#find([slot], 'earliest'), this.#find([slot], 'latest')]);
    slot.inFlight = false;
    const earliest = first.get(slot.name);
    const latest = end.get(slot.name);
    if (earliest !== undefined && latest !== undefined) {
      const isDeleted = position < earliest;
      slot.moveTo(isDeleted ? earliest : latest);
      this.options.note(
        isDeleted
          ? `${slot.name}: the records from ${position} to ${earliest - 1} are gone; going on at ${earliest}`
          : `${slot.name}: ends at ${latest}, before ${position}; going on there`,
      );
    }
    this.#wake();
  }

  async #findStarts(slots: FetchSlot[]): Promise<void> {
    this.#finding = true;
    for (const point of ['earliest', 'latest'] as const) {
      const wanted = slots.filter((slot) => slot.from === point);
      const found = await this.#find(wanted, point);
      for (const slot of wanted) slot.position = slot.start = found.get(slot.name);
    }
    this.#finding = false;
    this.#wake();
  }

  async #find(slots: FetchSlot[], point: OffsetPoint): Promise<Map<string, number>> {
    if (slots.length === 0) return new Map();
    const sentAtMs = performance.now();
    const options = { isolation: this.options.isolation, deadline: new Deadline(requestTimeoutMs / 3) };
    try {
      const { offsets, errors } = await findOffsets(this.wire, this.leaders, slots, point, options);
      for (const slot of slots) {
        const error = errors.get(slot.name);
        if (error) slot.troubled(error, sentAtMs);
      }
      return offsets;
    } catch (error) {
      for (const slot of slots) slot.troubled(itemError(slot.name, error), sentAtMs);
      return new Map();
    }
  }

  async #refreshLeaders(slots: FetchSlot[]): Promise<void> {
    this.#refreshing = true;
    await pause(Math.min(...slots.map((slot) => slot.backoffMs)), this.#over.signal);
    if (this.#over.signal.aborted) return;
    const sentAtMs = performance.now();
    try {
      await this.leaders.refresh(new Deadline(requestTimeoutMs));
      for (const slot of slots) this.#judgeMetadata(slot, sentAtMs);
    } catch (error) {
      for (const slot of slots) slot.troubled(itemError(slot.name, error), sentAtMs);
    }
    this.#refreshing = false;
    this.#wake();
  }

  #judgeMetadata(slot: FetchSlot, sentAtMs: number): void {
    const topicError = this.leaders.topicError(slot.topic);
    const leaderless = this.leaders.leaderOf(slot) < 0;
    slot.stale = topicError !== 0 || leaderless;
    if (topicError === 0 && this.leaders.topicId(slot.topic) !== slot.topicId) {
      this.fail(slot, {
        subject: slot.name,
        code: 'UNKNOWN_TOPIC_ID',
        message: `the topic was deleted and made anew; read up to ${slot.reached} of the old one`,
      });
    } else if (slot.stale) {
      slot.troubled(partitionError(slot.name, topicError || leaderNotAvailable), sentAtMs);
    }
  }

  /** An endless stream goes on as long as any partition gives answers; one with an end has to get there. */
  #giveUpOverdue(): void {
    const { giveUpAfterMs, note } = this.options;
    const now = performance.now();
    const active = this.#active();
    for (const slot of active) {
      const told = slot.takeTelling(now);
      if (told) note(`${slot.name}: ${told.message}; trying again for up to ${giveUpAfterMs / 1000} s`);
    }
    const overdue = active.filter((slot) => slot.overdue(now, giveUpAfterMs));
    for (const slot of overdue) {
      const error = slot.overdue(now, giveUpAfterMs);
      if (error && (!slot.isEndless || overdue.length === active.length)) this.fail(slot, error);
    }
  }
}
