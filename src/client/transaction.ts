import { Deadline } from '../base/deadline.js';
import { ExitCode, KctlError } from '../base/errors.js';
import type { Wire } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { addPartitionsToTxn } from '../protocol/messages/add-partitions-to-txn.js';
import { endTxn } from '../protocol/messages/end-txn.js';
import { within } from '../protocol/schema.js';
import type { ProducerIdentity } from './producer-partition.js';

/** How long the coordinator may take: Kafka's max.block.ms. */
const coordinatorTimeoutMs = 60_000;
/** Version 5 belongs to `transaction.version` 2, where producing adds partitions by itself (KIP-890). */
const endOneTxn = within(endTxn, { upTo: 4 });

/**
 * The transactions of one producer, one after another (KIP-98): partitions are added before their first batch, and
 * the end writes a marker into each. In the form that every broker from 2.4 to 4 speaks.
 */
export class Transactions {
  readonly #wire: Wire;
  readonly #topic: string;
  readonly #transactionalId: string;
  readonly #identity: ProducerIdentity;
  readonly #partitions = new Set<number>();
  #adding: Promise<unknown> = Promise.resolve();

  constructor(wire: Wire, topic: string, transactionalId: string, identity: ProducerIdentity) {
    this.#wire = wire;
    this.#topic = topic;
    this.#transactionalId = transactionalId;
    this.#identity = identity;
  }

  /** Makes partitions part of the transaction; in the order of calls, as batches must keep theirs. @throws KctlError */
  async add(partitions: number[]): Promise<void> {
    const fresh = partitions.filter((partition) => !this.#partitions.has(partition));
    if (fresh.length === 0) {
      await this.#adding;
      return;
    }
    for (const partition of fresh) this.#partitions.add(partition);
    const adding = this.#adding.then(() => this.#add(fresh));
    this.#adding = adding.catch(() => {
      for (const partition of fresh) this.#partitions.delete(partition);
    });
    await adding;
  }

  /** @returns false when nothing was written since the last end @throws KctlError */
  async end(committed: boolean): Promise<boolean> {
    await this.#adding;
    if (this.#partitions.size === 0) return false;
    const body = { transactionalId: this.#transactionalId, ...this.#identity, committed };
    const deadline = new Deadline(coordinatorTimeoutMs);
    const to = { transactionalId: this.#transactionalId };
    for (;;) {
      try {
        const { errorCode } = await this.#wire.request(endOneTxn, body, to, { deadline });
        if (errorCode !== 0) throw this.#refused(committed ? 'commit' : 'abort', errorCode);
        this.#partitions.clear();
        return true;
      } catch (error) {
        // To end a transaction again in the same way is no change.
        const isLost = error instanceof KctlError && error.code === 'ANSWER_LOST';
        if (!isLost || deadline.passed) throw error;
      }
    }
  }

  async #add(partitions: number[]): Promise<void> {
    const { producerId, producerEpoch } = this.#identity;
    const answer = await this.#wire.request(
      addPartitionsToTxn,
      {
        v3AndBelowTransactionalId: this.#transactionalId,
        v3AndBelowProducerId: producerId,
        v3AndBelowProducerEpoch: producerEpoch,
        v3AndBelowTopics: [{ name: this.#topic, partitions }],
      },
      { transactionalId: this.#transactionalId },
      { deadline: new Deadline(coordinatorTimeoutMs) },
    );
    for (const { resultsByPartition } of answer.resultsByTopicV3AndBelow) {
      for (const { partitionErrorCode } of resultsByPartition)
        if (partitionErrorCode !== 0) throw this.#refused('begin', partitionErrorCode);
    }
  }

  #refused(what: string, errorCode: number): KctlError {
    const { name, message } = errorOf(errorCode);
    const fenced = name === 'INVALID_PRODUCER_EPOCH' || name === 'PRODUCER_FENCED';
    return new KctlError(`cannot ${what} a transaction of ${this.#transactionalId}`, {
      code: name,
      words: message,
      exitCode: ExitCode.failed,
      ...(fenced ? { hint: 'Another producer with this transactional id has begun since.' } : {}),
    });
  }
}
