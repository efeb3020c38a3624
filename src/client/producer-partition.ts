import { NO_PRODUCER, type ProducerStamp, stampProducer } from '../protocol/records/builder.js';
import type { Batch } from './producer-batch.js';

/** The id under which a partition's leader counts this producer's records (KIP-98). */
export type ProducerIdentity = Pick<ProducerStamp, 'producerId' | 'producerEpoch'>;

/** How many batches of one producer the leader remembers for each partition, to see repeats (KIP-98). */
const IDEMPOTENT_IN_FLIGHT = 5;
/** Sequence numbers go round after 2^31 - 1. */
const SEQUENCES = 2 ** 31;

/**
 * The batches of one partition, in order: those that wait and those in flight. When one comes back unwritten
 * nothing more is sent until every one in flight is answered; then they go again in their old order, and so
 * what is written is in the order of the input, each record once.
 *
 * A batch that may have been written keeps its sequence number, by which the leader knows it again. One that
 * the leader refused was not written, and nothing behind it can have been: those are numbered anew.
 */
export class PartitionQueue {
  /** Broker id; -1 while there is none. */
  leader = -1;
  /** Something came back to be tried again: not before the leaders have been asked for anew. */
  stalled = false;

  readonly #idempotent: boolean;
  #waiting: Batch[] = [];
  #inFlight: Batch[] = [];
  #returned = new Map<Batch, Batch[]>();
  /** All that were in flight when the first came back, in order. */
  #order: Batch[] = [];
  #nextSequence = 0;
  #identity: ProducerIdentity | undefined;
  #needsIdentity: boolean;

  constructor(
    readonly partition: number,
    options: { idempotent: boolean },
  ) {
    this.#idempotent = options.idempotent;
    this.#needsIdentity = options.idempotent;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#inFlight.length === 0;
  }

  /** When the oldest batch that is not in flight was accepted; undefined for none. */
  get oldestWaitingMs(): number | undefined {
    return this.#waiting[0]?.acceptedAtMs;
  }

  /** Every batch that is not acknowledged. */
  get unacknowledged(): Batch[] {
    return [...[...this.#returned.values()].flat(), ...this.#inFlight, ...this.#waiting];
  }

  /** Whether something waits that cannot be sent before the cluster was asked for a leader or an id. */
  get isStuck(): boolean {
    return (
      this.#waiting.length > 0 &&
      this.#inFlight.length === 0 &&
      (this.stalled || this.#needsIdentity || this.leader < 0)
    );
  }

  /** Batches that are not acknowledged. */
  get backlog(): number {
    return this.#waiting.length + this.#inFlight.length + this.#returned.size;
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Whether a record given to it now would be sent soon. */
  get isHealthy(): boolean {
    return this.leader >= 0 && !this.stalled;
  }

  get isReady(): boolean {
    return (
      (this.#waiting[0]?.bytes.length ?? 0) > 0 &&
      this.leader >= 0 &&
      !this.stalled &&
      !this.#needsIdentity &&
      this.#returned.size === 0 &&
      this.#inFlight.length < (this.#idempotent ? IDEMPOTENT_IN_FLIGHT : 1)
    );
  }

  /** Idempotent, and without an id: at the beginning, and when the leader forgot this producer. */
  get needsIdentity(): boolean {
    return this.#needsIdentity;
  }

  identify(identity: ProducerIdentity): void {
    this.#identity = identity;
    this.#needsIdentity = false;
  }

  add(batch: Batch): void {
    this.#waiting.push(batch);
  }

  /** The batch to be sent next, stamped; only when `isReady`. */
  take(): Batch | undefined {
    const batch = this.#waiting.shift();
    if (!batch) return undefined;
    const identity = this.#identity;
    stampProducer(batch.bytes, identity ? { ...identity, baseSequence: this.#number(batch) } : NO_PRODUCER);
    this.#inFlight.push(batch);
    return batch;
  }

  #number(batch: Batch): number {
    if (batch.sequence !== undefined) return batch.sequence;
    batch.sequence = this.#nextSequence;
    this.#nextSequence = (this.#nextSequence + batch.lines.length) % SEQUENCES;
    return batch.sequence;
  }

  acknowledged(batch: Batch): void {
    this.#leave(batch);
  }

  /** The batch is to go again as it is. */
  retry(batch: Batch): void {
    this.stalled = true;
    this.#return(batch, [batch]);
  }

  /** The batch was not written; what is left of it, maybe nothing, goes instead. */
  refused(batch: Batch, rest: Batch[]): void {
    this.#return(batch, rest);
  }

  /** The leader could not place the batch behind those it knows; true when that means another id. */
  forgotten(batch: Batch): boolean {
    // Behind a batch that came back that is only natural.
    const isFirst = this.#returned.size === 0 && this.#inFlight[0] === batch;
    if (isFirst) this.#needsIdentity = true;
    this.retry(batch);
    return isFirst;
  }

  #return(batch: Batch, rest: Batch[]): void {
    if (this.#returned.size === 0) this.#order = [...this.#inFlight];
    this.#returned.set(batch, rest);
    this.#leave(batch);
  }

  #leave(batch: Batch): void {
    this.#inFlight = this.#inFlight.filter((other) => other !== batch);
    if (this.#inFlight.length === 0 && this.#returned.size > 0) this.#regroup();
  }

  /** Everything in flight was answered: puts what came back before what waits. */
  #regroup(): void {
    const again: Batch[] = [];
    let renumber = false;
    for (const batch of this.#order) {
      const rest = this.#returned.get(batch);
      if (!rest) continue;
      const wasRefused = rest[0] !== batch;
      if (wasRefused && !renumber && batch.sequence !== undefined) {
        renumber = true;
        this.#nextSequence = batch.sequence;
      }
      if (renumber) batch.sequence = undefined;
      again.push(...rest);
    }
    this.#returned.clear();
    this.#order = [];
    if (renumber) for (const batch of this.#waiting) batch.sequence = undefined;
    this.#waiting = [...again, ...this.#waiting];
    if (!this.#needsIdentity) return;
    this.#identity = undefined;
    this.#nextSequence = 0;
    for (const batch of this.#waiting) batch.sequence = undefined;
  }
}
