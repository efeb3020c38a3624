import type { Deadline } from '../base/deadline.js';
import { ExitCode, KctlError } from '../base/errors.js';
import type { Wire } from '../cluster/index.js';
import type { Codec } from '../protocol/compression.js';
import type { RecordView } from '../protocol/records/batch.js';
import { BufferPool, RecordBatchBuilder } from '../protocol/records/builder.js';
import { LineEncoder, type LineRun } from '../protocol/records/line-encoder.js';
import type { Partitioner } from '../protocol/records/partitioner.js';
import { LineNumbers } from './line-numbers.js';
import { type Batch, payloadBytesOf, type ReadyBatch } from './producer-batch.js';
import { PartitionChoice } from './producer-choice.js';
import { aborted } from './producer-outcome.js';
import { BatchPacker } from './producer-packer.js';
import { ProduceSender, type SenderEvents, type SenderOptions } from './producer-sender.js';

export type { Acks } from './producer-sender.js';

export interface ProducerOptions extends SenderOptions {
  codec: Codec;
  /** Of compression; the codec's own default when absent. */
  level?: number;
  /** Bytes of a batch before compression; a larger record travels alone. */
  batchBytes: number;
  /** How long a batch waits for more records. */
  lingerMs: number;
  /** Every record goes there; without it the partitioner decides, murmur2 unless given. */
  partition?: number;
  partitioner?: Partitioner;
  /** Memory for the input of `appendLines`, for those who use it. */
  inputBytes?: number;
  /** Lets the broker make the topic. */
  create: boolean;
  /** Told of records that the broker does not take, by the numbers they were given with. */
  onRefused(refusal: Refusal): void;
  onWarning(text: string): void;
  /** Told of records and bytes that were acknowledged, and of `performance.now()` when their batch was begun. */
  onAcknowledged?(records: number, bytes: number, sinceMs: number): void;
}

export interface Refusal {
  partition: number;
  lines: number[];
  error: KctlError;
}

/** What was written to a partition; the offsets are undefined where the broker did not say them. */
export interface PartitionCount {
  partition: number;
  records: number;
  firstOffset: number | undefined;
  lastOffset: number | undefined;
}

/** How far a producer came. */
export interface Delivery {
  /** The bytes are those of keys and values. */
  acknowledged: { records: number; bytes: number; batches: number };
  refused: number;
  /** Accepted, and neither acknowledged nor refused: 0 unless something failed. */
  unacknowledged: number;
  /** Every line up to this one is acknowledged or refused. */
  settledThroughLine: number;
  partitions: PartitionCount[];
  failure: Error | undefined;
  transactions: { committed: number; aborted: number };
}

/** Accepted bytes that are not acknowledged: Kafka's buffer.memory. */
const bufferBytes = 32 * 1024 * 1024;
/** More memory for batches, which may be sent before they are full. */
const openBytes = 16 * 1024 * 1024;
const NO_BYTES = Buffer.alloc(0);
const firstAllocationBytes = 2048;
/** Batches of these sizes use their memory again. */
const minPooledBytes = 64 * 1024;
const maxPooledBytes = 4 * 1024 * 1024;

interface OpenBatch {
  builder: RecordBatchBuilder;
  lines: LineNumbers;
  payloadBytes: number;
  openedAtMs: number;
}

/**
 * Writes records to one topic: into batches by partition, sent as soon as they are full or have waited long
 * enough. With acks `all` it is idempotent: each record is written once, in order, through retries (KIP-98).
 *
 *     const producer = await Producer.open(wire, options, deadline);
 *     for (…) { producer.append(record, headers, line); if (producer.isFull) await producer.room(); }
 *     const delivery = await producer.close();
 */
export class Producer {
  readonly #sender: ProduceSender;
  readonly #options: ProducerOptions;
  readonly #open = new Map<number, OpenBatch>();
  readonly #counts = new Map<number, PartitionCount>();
  readonly #ended = new AbortController();
  #bufferedBytes = 0;
  readonly #acknowledged = { records: 0, bytes: 0, batches: 0 };
  #refused = 0;
  #accepted = 0;
  #lastLine = 0;
  readonly #choice: PartitionChoice;
  readonly #encoder: LineEncoder | undefined;
  readonly #pool: BufferPool | undefined;
  readonly #packer = new BatchPacker();
  /** Of the batch before: the next one will be like it. */
  #lastBatchBytes = firstAllocationBytes;
  readonly #transactions = { committed: 0, aborted: 0 };
  #lingerTimer: NodeJS.Timeout | undefined;
  #failure: Error | undefined;
  #wake: () => void = () => {};

  private constructor(wire: Wire, options: ProducerOptions) {
    this.#options = options;
    const { batchBytes, inputBytes } = options;
    if (batchBytes >= minPooledBytes && batchBytes <= maxPooledBytes) {
      if (inputBytes !== undefined) this.#encoder = LineEncoder.open(inputBytes, bufferBytes + openBytes);
      this.#pool = new BufferPool(batchBytes, bufferBytes / batchBytes, this.#encoder?.batches);
    }
    const events: SenderEvents = {
      acknowledged: (partition, batch, baseOffset) => this.#count(partition, batch, baseOffset),
      refused: (partition, batch, lines, rest, error) => {
        this.#bufferedBytes += rest.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0);
        this.#bufferedBytes -= batch.unpackedBytes;
        this.#refused += lines.length;
        if (lines.length > 0) options.onRefused({ partition, lines, error });
        this.#wake();
      },
      failed: (error) => {
        this.#failure = error;
        this.#ended.abort(error);
        this.#wake();
      },
      warned: options.onWarning,
    };
    this.#sender = new ProduceSender(wire, options, events);
    this.#choice = new PartitionChoice(this.#sender.queues, options);
  }

  /** Finds the topic's leaders. @throws KctlError exit 4 when there is no such topic or partition */
  static async open(wire: Wire, options: ProducerOptions, deadline: Deadline): Promise<Producer> {
    const producer = new Producer(wire, options);
    await producer.#sender.open({ create: options.create, deadline });
    const { length } = producer.#sender.queues;
    const { topic, partition = 0 } = options;
    if (partition < length) return producer;
    throw new KctlError(`topic ${topic} has no partition ${partition}`, {
      code: 'UNKNOWN_TOPIC_OR_PARTITION',
      exitCode: ExitCode.notFound,
      hint: `Its partitions are 0 to ${length - 1}.`,
    });
  }

  get partitionCount(): number {
    return this.#sender.queues.length;
  }

  /**
   * Accepts a record; the bytes are copied. `line` names it in what is told later.
   * @param partitionWanted -1 leaves it to the partitioner
   * @throws what ended the producer
   */
  append(record: RecordView, headers: Buffer | undefined, line: number, partitionWanted = -1): void {
    if (this.#failure) throw this.#failure;
    const partition = partitionWanted < 0 ? this.#choice.of(record) : partitionWanted;
    const open = this.#openBatch(partition);
    const before = open.builder.sizeBytes;
    if (!open.builder.append(record, headers)) {
      this.#seal(partition, open);
      this.#sender.kick();
      this.append(record, headers, line, partition);
      return;
    }
    open.lines.add(line);
    this.#took(partition, open, { records: 1, payloadBytes: payloadBytesOf(record), before, line });
  }

  /** Memory where `appendLines` finds its lines; undefined where it can do nothing. */
  get input(): Buffer<ArrayBuffer> | undefined {
    return this.#encoder?.input;
  }

  /**
   * Accepts lines of a run as records without keys, as many as go together; answers how many. Where that is none, the
   * next is to be given to `append`. @param firstLine names the first of them
   * @throws what ended the producer
   */
  appendLines(run: LineRun, firstLine: number): number {
    if (this.#failure) throw this.#failure;
    const chosen = this.#encoder && this.#choice.ofMany();
    if (!this.#encoder || !chosen) return 0;
    const { partition } = chosen;
    const open = this.#openBatch(partition);
    const before = open.builder.sizeBytes;
    const { start } = run;
    const records = open.builder.appendLines(this.#encoder, run, before + chosen.bytes);
    if (records === 0) return 0;
    open.lines.add(firstLine, records);
    const line = firstLine + records - 1;
    // A delimiter each.
    this.#took(partition, open, { records, payloadBytes: run.start - start - records, before, line });
    return records;
  }

  #took(
    partition: number,
    open: OpenBatch,
    { records, payloadBytes, before, line }: Record<'records' | 'payloadBytes' | 'before' | 'line', number>,
  ): void {
    open.payloadBytes += payloadBytes;
    this.#accepted += records;
    const grownBytes = open.builder.sizeBytes - before;
    this.#bufferedBytes += grownBytes;
    this.#choice.took(grownBytes);
    this.#lastLine = line;
    if (open.builder.sizeBytes < this.#options.batchBytes) return;
    this.#seal(partition, open);
    this.#sender.kick();
  }

  /** Accepts a batch that is encoded already, and sends it at once. @throws what ended the producer */
  appendReady(make: (pool: BufferPool | undefined) => ReadyBatch): void {
    if (this.#failure) throw this.#failure;
    const { count, ...batch } = make(this.#pool);
    const lines = new LineNumbers();
    lines.add(++this.#lastLine, count);
    this.#accepted += count;
    this.#bufferedBytes += batch.unpackedBytes;
    const { codec, level } = this.#options;
    const queue = this.#sender.queues[this.#choice.ofBatch()];
    queue?.add({ ...batch, codec, level, lines, acceptedAtMs: performance.now(), sequence: undefined });
    this.#sender.kick();
  }

  /** Whether to wait for `room()` before more is appended. */
  get isFull(): boolean {
    return this.#bufferedBytes >= bufferBytes;
  }

  /** Resolves when there is room again, and when the producer has ended. */
  async room(): Promise<void> {
    await this.#until(() => {
      // A batch that is not full goes only where waiting for others would make no room.
      if (this.isFull && this.#isSettled) this.#sealAll();
      return !this.isFull;
    });
  }

  /** Aborted when the producer has failed: nothing more will be sent. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Ends the transaction with what was accepted so far. Without a transactional id there is none. */
  async commit(): Promise<void> {
    this.#sealAll();
    await this.#until(() => this.#isSettled);
    if (!this.#failure) await this.#endTransaction(true);
  }

  async #endTransaction(committed: boolean): Promise<void> {
    try {
      if (await this.#sender.endTransaction(committed))
        this.#transactions[committed ? 'committed' : 'aborted'] += 1;
    } catch (error) {
      this.#sender.stop(error);
    }
  }

  get #isSettled(): boolean {
    return this.#sender.queues.every((queue) => queue.isEmpty);
  }

  /**
   * Sends what was accepted and waits for its acknowledgement, or until the producer fails or `signal` is given.
   * @param options.commit false aborts the last transaction, as a failure does
   */
  async close(signal?: AbortSignal, options = { commit: true }): Promise<Delivery> {
    this.#sealAll();
    const abort = () => this.#sender.stop(aborted());
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    await this.#until(() => this.#isSettled);
    await this.#endTransaction(options.commit && !this.#failure);
    signal?.removeEventListener('abort', abort);
    clearTimeout(this.#lingerTimer);
    const delivery = this.#delivery();
    this.#sender.stop(aborted());
    return delivery;
  }

  #openBatch(partition: number): OpenBatch {
    const known = this.#open.get(partition);
    if (known) return known;
    const { batchBytes, codec, level } = this.#options;
    const builder = new RecordBatchBuilder({
      maxBytes: batchBytes,
      codec,
      level,
      transactional: this.#options.transactionalId !== undefined,
      expectedBytes: Math.min(this.#lastBatchBytes, batchBytes),
      ...(this.#pool ? { pool: this.#pool } : {}),
    });
    const opened = { builder, lines: new LineNumbers(), payloadBytes: 0, openedAtMs: performance.now() };
    this.#bufferedBytes += builder.sizeBytes;
    this.#open.set(partition, opened);
    this.#lingerTimer ??= setTimeout(() => this.#onLinger(), this.#options.lingerMs);
    return opened;
  }

  /** Seals what has waited long enough, unless earlier batches wait too: it may as well fill up meanwhile. */
  #onLinger(): void {
    this.#lingerTimer = undefined;
    const { lingerMs } = this.#options;
    const dueMs = performance.now() - lingerMs;
    for (const [partition, open] of this.#open) {
      if (open.openedAtMs <= dueMs + 1 && !this.#sender.queues[partition]?.hasWaiting)
        this.#seal(partition, open);
    }
    if (this.#open.size > 0) this.#lingerTimer = setTimeout(() => this.#onLinger(), Math.max(1, lingerMs));
    this.#sender.kick();
  }

  #seal(partition: number, { builder, lines, payloadBytes, openedAtMs }: OpenBatch): void {
    this.#open.delete(partition);
    this.#choice.sealed(partition);
    const { codec, level } = this.#options;
    const unpackedBytes = builder.sizeBytes;
    this.#lastBatchBytes = unpackedBytes;
    const batch: Batch = {
      bytes: NO_BYTES,
      codec,
      level,
      lines,
      unpackedBytes,
      payloadBytes,
      acceptedAtMs: openedAtMs,
      sequence: undefined,
    };
    this.#sender.queues[partition]?.add(batch);
    this.#packer.pack(batch, builder).then(
      () => this.#sender.kick(),
      (error) => this.#sender.stop(error),
    );
  }

  #sealAll(): void {
    for (const [partition, open] of this.#open) this.#seal(partition, open);
    this.#sender.kick();
  }

  #count(partition: number, batch: Batch, baseOffset: number): void {
    const records = batch.lines.length;
    this.#pool?.give(batch.bytes);
    this.#bufferedBytes -= batch.unpackedBytes;
    this.#acknowledged.records += records;
    this.#acknowledged.bytes += batch.payloadBytes;
    this.#acknowledged.batches += 1;
    this.#options.onAcknowledged?.(records, batch.payloadBytes, batch.acceptedAtMs);
    const known = this.#counts.get(partition);
    const count = known ?? { partition, records: 0, firstOffset: undefined, lastOffset: undefined };
    count.records += records;
    if (baseOffset >= 0) {
      count.firstOffset = Math.min(count.firstOffset ?? baseOffset, baseOffset);
      count.lastOffset = Math.max(count.lastOffset ?? 0, baseOffset + records - 1);
    }
    this.#counts.set(partition, count);
    this.#wake();
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!this.#failure && !condition()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #delivery(): Delivery {
    const left = this.#sender.queues.flatMap((queue) => queue.unacknowledged);
    const firstLeft = left.reduce(
      (least, { lines }) => Math.min(least, lines.first ?? least),
      this.#lastLine + 1,
    );
    return {
      acknowledged: { ...this.#acknowledged },
      refused: this.#refused,
      unacknowledged: this.#accepted - this.#acknowledged.records - this.#refused,
      settledThroughLine: firstLeft - 1,
      partitions: [...this.#counts.values()].sort((a, b) => a.partition - b.partition),
      failure: this.#failure,
      transactions: { ...this.#transactions },
    };
  }
}
