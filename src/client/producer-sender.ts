import { Deadline, pause } from '../base/deadline.js';
import { ExitCode, KctlError } from '../base/errors.js';
import type { Wire } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { apiVersions, clientSoftware } from '../protocol/messages/api-versions.js';
import { initProducerId } from '../protocol/messages/init-producer-id.js';
import { produce } from '../protocol/messages/produce.js';
import { within } from '../protocol/schema.js';
import { type Batch, halves, subset } from './producer-batch.js';
import { type Outcome, outcomeOf } from './producer-outcome.js';
import { PartitionQueue, type ProducerIdentity } from './producer-partition.js';
import { askLeaders } from './producer-topic.js';
import { Transactions } from './transaction.js';

export type Acks = 'all' | '1' | '0';

export interface SenderOptions {
  topic: string;
  acks: Acks;
  /** Writes in transactions, with acks `all` alone. */
  transactionalId?: string;
  /** How long a record may take from being accepted to being acknowledged, retries included. */
  deliveryTimeoutMs: number;
}

/** What the sender tells of batches; each batch is told of once, in one of these ways. */
export interface SenderEvents {
  /** `baseOffset` is -1 where it is not known. */
  acknowledged(partition: number, batch: Batch, baseOffset: number): void;
  /** Records that the broker does not take; the others of the batch, now in `rest`, go on. */
  refused(partition: number, batch: Batch, lines: number[], rest: Batch[], error: KctlError): void;
  /** Nothing more will be sent. */
  failed(error: Error): void;
  warned(text: string): void;
}

interface Part {
  queue: PartitionQueue;
  batch: Batch;
}

/** From version 12 on a transactional Produce belongs to `transaction.version` 2 (KIP-890). */
const produceInTransaction = within(produce, { upTo: 11 });
const transactionTimeoutMs = 60_000;
const ackCodes = { all: -1, '1': 1, '0': 0 } as const;
/** How long a broker may take to answer: Kafka's request.timeout.ms. */
const requestTimeoutMs = 30_000;
const maxRequestsInFlight = 5;
/** Parts are added to a request up to this size; brokers take 100 MB (socket.request.max.bytes). */
const requestBytes = 4 * 1024 * 1024;
const refreshTimeoutMs = 5_000;
/** A topic that no broker knows for so long was deleted; one that has just started may not know it yet. */
const deletedAfterMs = 5_000;
const tellingTimeoutMs = 1_000;
const firstBackoffMs = 20;
const longestBackoffMs = 1_000;

/**
 * Sends the batches of a topic's partitions to their leaders, several requests in flight for each, and again
 * through leader changes and restarts until they are acknowledged, refused or too old.
 */
export class ProduceSender {
  readonly queues: PartitionQueue[] = [];
  readonly #wire: Wire;
  readonly #options: SenderOptions;
  readonly #events: SenderEvents;
  readonly #requests = new Map<number, number>();
  readonly #throttledUntilMs = new Map<number, number>();
  #transactions: Transactions | undefined;
  #topicId = '';
  #failure: Error | undefined;
  /** Why the last attempt came to nothing: said when time is up. */
  #lastError: KctlError | undefined;
  #vainAttempts = 0;
  #recovering = false;
  /** Since when the brokers have answered that there is no such topic. */
  #unknownSinceMs: number | undefined;

  constructor(wire: Wire, options: SenderOptions, events: SenderEvents) {
    this.#wire = wire;
    this.#options = options;
    this.#events = events;
  }

  get #idempotent(): boolean {
    return this.#options.acks === 'all';
  }

  /** Finds the leaders and, for idempotence, gets a producer id. @throws KctlError */
  async open(options: { create: boolean; deadline: Deadline }): Promise<void> {
    await this.#refreshLeaders(options);
    if (!this.#idempotent) return;
    const identity = await this.#askIdentity(options.deadline);
    for (const queue of this.queues) queue.identify(identity);
    const { topic, transactionalId } = this.#options;
    if (transactionalId !== undefined)
      this.#transactions = new Transactions(this.#wire, topic, transactionalId, identity);
  }

  /** Ends the transaction that what was sent is in, if any. @throws KctlError */
  async endTransaction(committed: boolean): Promise<boolean> {
    return (await this.#transactions?.end(committed)) ?? false;
  }

  /** Sends whatever can be sent now. */
  kick(): void {
    if (this.#failure) return;
    const ready = this.queues.filter((queue) => queue.isReady);
    for (const leader of new Set(ready.map((queue) => queue.leader))) {
      if ((this.#throttledUntilMs.get(leader) ?? 0) > performance.now()) continue;
      while ((this.#requests.get(leader) ?? 0) < maxRequestsInFlight) {
        const parts = collect(ready.filter((queue) => queue.leader === leader));
        if (parts.length === 0) break;
        void this.#send(leader, parts);
      }
    }
    if (!this.#recovering && this.queues.some((queue) => queue.isStuck)) void this.#recover();
  }

  /** Nothing more is sent; what is in flight may still be written. */
  stop(reason: unknown): void {
    if (this.#failure) return;
    this.#failure = reason instanceof Error ? reason : new Error(String(reason));
    this.#events.failed(this.#failure);
  }

  async #send(leader: number, parts: Part[]): Promise<void> {
    this.#requests.set(leader, (this.#requests.get(leader) ?? 0) + 1);
    try {
      const outcomes = await this.#exchange(leader, parts);
      for (const [index, part] of parts.entries()) this.#settle(part, outcomes[index]);
    } catch (error) {
      if (!isConnectionFailure(error)) return this.stop(error);
      this.#wire.refreshNodes();
      for (const part of parts) this.#settle(part, { kind: 'retry', error });
    } finally {
      this.#requests.set(leader, (this.#requests.get(leader) ?? 1) - 1);
      this.kick();
    }
  }

  /** One Produce request; the outcome of each part, in the same order. */
  async #exchange(leader: number, parts: Part[]): Promise<Outcome[]> {
    const { topic, acks, transactionalId } = this.#options;
    await this.#transactions?.add(parts.map(({ queue }) => queue.partition));
    const oldestMs = Math.min(...parts.map(({ batch }) => batch.acceptedAtMs));
    const timeoutMs = Math.max(1, Math.min(requestTimeoutMs, this.#remainingMs(oldestMs)));
    const link = await this.#wire.link(leader, 'produce', new Deadline(timeoutMs));
    const body = {
      ...(transactionalId === undefined ? {} : { transactionalId }),
      acks: ackCodes[acks],
      timeoutMs: Math.ceil(timeoutMs),
      topicData: [
        {
          name: topic,
          topicId: this.#topicId,
          partitionData: parts.map(({ queue, batch }) => ({ index: queue.partition, records: batch.bytes })),
        },
      ],
    };
    if (acks === '0') {
      await link.sendOnly(produce, body, timeoutMs);
      return this.#passedBy(parts, () => link.send(apiVersions, clientSoftware, timeoutMs));
    }
    const api = transactionalId === undefined ? produce : produceInTransaction;
    const answer = await link.send(api, body, timeoutMs);
    this.#throttle(leader, answer.throttleTimeMs);
    const byPartition = new Map(
      answer.responses
        .flatMap(({ partitionResponses }) => partitionResponses)
        .map((part) => [part.index, part]),
    );
    return parts.map(({ queue }) => {
      const part = byPartition.get(queue.partition);
      if (!part) throw new KctlError(`broker ${leader} left out a partition`, { code: 'MALFORMED_RESPONSE' });
      return outcomeOf(`${topic}-${queue.partition}`, part);
    });
  }

  /**
   * A broker does not answer Produce with acks=0, but takes requests in order: the answer to a small one
   * behind it says that it was read. A broker that could not write it cuts the connection instead.
   */
  async #passedBy(parts: Part[], ask: () => Promise<unknown>): Promise<Outcome[]> {
    const outcome = await ask().then(
      (): Outcome => ({ kind: 'acknowledged', baseOffset: -1 }),
      (cause): Outcome => ({ kind: 'refused', error: mayBeLost(cause), indexes: [] }),
    );
    if (outcome.kind !== 'refused') return parts.map(() => outcome);
    return parts.map(({ batch }) => ({ ...outcome, indexes: [...batch.lines].map((_, index) => index) }));
  }

  #settle({ queue, batch }: Part, outcome: Outcome | undefined): void {
    switch (outcome?.kind) {
      case 'acknowledged':
        this.#vainAttempts = 0;
        queue.acknowledged(batch);
        this.#events.acknowledged(queue.partition, batch, outcome.baseOffset);
        break;
      case 'refused':
        this.#refuse(queue, batch, outcome);
        break;
      case 'forgotten':
        this.#lastError = outcome.error;
        // What the leader forgot was a part of the transaction.
        if (this.#transactions) this.stop(outcome.error);
        else if (queue.forgotten(batch)) {
          this.#events.warned(
            `partition ${queue.partition}: its leader had forgotten this producer (${outcome.error.code}); records acknowledged before may be lost there`,
          );
        }
        break;
      case 'retry':
        this.#lastError = outcome.error;
        queue.retry(batch);
        break;
      case 'fatal':
        this.stop(outcome.error);
    }
  }

  /** Takes out the records that were named; where none was named, halves the batch until one is alone. */
  #refuse(queue: PartitionQueue, batch: Batch, { indexes, error }: Outcome & { kind: 'refused' }): void {
    const numbers = [...batch.lines];
    const named = new Set(batch.lines.length === 1 ? [0] : indexes.filter((index) => index in numbers));
    const left = named.size > 0 ? subset(batch, (index) => !named.has(index)) : undefined;
    const rest = named.size === 0 ? halves(batch) : left ? [left] : [];
    // With acks=0 the broker may have cut the connection because it is not the leader any more.
    if (this.#options.acks === '0') queue.stalled = true;
    queue.refused(batch, rest);
    const lines = numbers.filter((_, index) => named.has(index));
    this.#events.refused(queue.partition, batch, lines, rest, error);
  }

  #throttle(leader: number, throttleTimeMs: number): void {
    if (throttleTimeMs <= 0) return;
    this.#throttledUntilMs.set(leader, performance.now() + throttleTimeMs);
    setTimeout(() => this.kick(), throttleTimeMs + 1);
  }

  /** Asks for leaders and ids until no partition waits for one, or the oldest record is too old. */
  async #recover(): Promise<void> {
    this.#recovering = true;
    for (let attempt = 0; !this.#failure; attempt++) {
      const stuck = this.queues.filter((queue) => queue.isStuck);
      if (stuck.length === 0) break;
      const oldestMs = Math.min(...stuck.map((queue) => queue.oldestWaitingMs ?? Number.POSITIVE_INFINITY));
      const remainingMs = this.#remainingMs(oldestMs);
      if (remainingMs <= 0) return this.stop(this.#tooLate());
      const backoffMs = firstBackoffMs * 2 ** Math.max(attempt, this.#vainAttempts);
      await pause(Math.min(remainingMs, longestBackoffMs, backoffMs));
      this.#vainAttempts += 1;
      const deadline = new Deadline(Math.min(refreshTimeoutMs, this.#remainingMs(oldestMs)));
      await this.#revive(stuck, deadline).catch((error) => {
        if (isUnknownTopic(error)) {
          this.#unknownSinceMs ??= performance.now();
          if (performance.now() - this.#unknownSinceMs >= deletedAfterMs)
            return this.stop(deletedTopic(this.#options.topic, error));
        } else if (!isConnectionFailure(error)) return this.stop(error);
        // What had hardly any time says nothing about the cause.
        if (deadline.timeoutMs >= tellingTimeoutMs) this.#lastError = error;
        this.#lastError ??= error;
      });
      this.kick();
    }
    this.#recovering = false;
  }

  async #revive(stuck: PartitionQueue[], deadline: Deadline): Promise<void> {
    this.#wire.refreshNodes();
    await this.#refreshLeaders({ create: false, deadline });
    if (stuck.some((queue) => queue.needsIdentity)) {
      const identity = await this.#askIdentity(deadline);
      for (const queue of stuck) if (queue.needsIdentity) queue.identify(identity);
    }
    for (const queue of stuck) {
      if (queue.leader >= 0) queue.stalled = false;
      else this.#lastError = noLeader(`${this.#options.topic}-${queue.partition}`);
    }
  }

  async #refreshLeaders(options: { create: boolean; deadline: Deadline }): Promise<void> {
    const { topicId, leaders } = await askLeaders(this.#wire, this.#options.topic, options);
    if (this.#topicId !== '' && topicId !== this.#topicId) throw deletedTopic(this.#options.topic);
    this.#topicId = topicId;
    this.#unknownSinceMs = undefined;
    leaders.forEach((leader, partition) => {
      this.queues[partition] ??= new PartitionQueue(partition, { idempotent: this.#idempotent });
      this.queues[partition].leader = leader;
    });
  }

  async #askIdentity(deadline: Deadline): Promise<ProducerIdentity> {
    const { transactionalId } = this.#options;
    const answer = await this.#wire.request(
      initProducerId,
      {
        transactionalId: transactionalId ?? null,
        transactionTimeoutMs,
        enable2Pc: false,
        keepPreparedTxn: false,
      },
      transactionalId === undefined ? 'any' : { transactionalId },
      { deadline },
    );
    if (answer.errorCode === 0) return { producerId: answer.producerId, producerEpoch: answer.producerEpoch };
    const { name, message, retriable } = errorOf(answer.errorCode);
    throw new KctlError('the broker gave no producer id', {
      code: name,
      words: message,
      exitCode: retriable ? ExitCode.unreachable : ExitCode.failed,
      hint: 'Idempotence needs one; --acks 1 goes without.',
    });
  }

  #remainingMs(acceptedAtMs: number): number {
    return acceptedAtMs + this.#options.deliveryTimeoutMs - performance.now();
  }

  #tooLate(): KctlError {
    const { topic, deliveryTimeoutMs } = this.#options;
    const last = this.#lastError;
    const { unreachable, notFound, timedOut } = ExitCode;
    const exitCode = [unreachable, notFound].find((code) => code === last?.exitCode) ?? timedOut;
    return new KctlError(`records for ${topic} were not delivered within ${deliveryTimeoutMs / 1000} s`, {
      code: last?.code ?? 'DELIVERY_TIMED_OUT',
      exitCode,
      ...(last ? { words: last.words ?? last.message, cause: last } : {}),
      hint: last?.hint ?? 'Give it longer with --delivery-timeout.',
    });
  }
}

/** One batch of each partition that is ready. */
function collect(queues: PartitionQueue[]): Part[] {
  const parts: Part[] = [];
  let bytes = 0;
  for (const queue of queues) {
    if (bytes >= requestBytes) break;
    const batch = queue.isReady ? queue.take() : undefined;
    if (!batch) continue;
    parts.push({ queue, batch });
    bytes += batch.bytes.length;
  }
  return parts;
}

function isConnectionFailure(error: unknown): error is KctlError {
  return (
    error instanceof KctlError &&
    (error.exitCode === ExitCode.unreachable || error.exitCode === ExitCode.timedOut)
  );
}

function isUnknownTopic(error: unknown): error is KctlError {
  return error instanceof KctlError && error.code === 'UNKNOWN_TOPIC_OR_PARTITION';
}

function deletedTopic(topic: string, cause?: KctlError): KctlError {
  return new KctlError(`topic ${topic} was deleted${cause ? '' : ' and made anew'} while it was written to`, {
    code: 'TOPIC_DELETED',
    exitCode: ExitCode.notFound,
    ...(cause ? { words: cause.words ?? cause.message, cause } : {}),
  });
}

function mayBeLost(cause: unknown): KctlError {
  return new KctlError('the connection broke, so records may be lost', {
    code: 'ACKS_0_LOST',
    hint: 'With --acks 0 nobody knows; use --acks all.',
    cause,
  });
}

function noLeader(partition: string): KctlError {
  return new KctlError(`${partition} has no leader`, {
    code: 'LEADER_NOT_AVAILABLE',
    exitCode: ExitCode.unreachable,
    hint: 'The brokers that hold it are down: kctl topics describe',
  });
}
