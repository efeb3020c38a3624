import { pause } from '../base/deadline.js';
import { type ItemError, itemError } from '../base/result.js';
import { type Acks, Producer, type ProducerOptions } from '../client/producer.js';
import type { Cluster } from '../cluster/index.js';
import type { Codec } from '../protocol/compression.js';
import { Histogram } from './histogram.js';
import { ReadyRecords } from './ready-records.js';
import { type PerfProduce, throughput } from './types.js';

export interface PerfProduceRequest {
  topic: string;
  records: number;
  payloads: readonly Buffer[];
  /** At most so many records a second, of all producers; infinite without a bound. */
  recordsPerSec: number;
  producers: number;
  acks: Acks;
  codec: Codec;
  level?: number;
  batchBytes: number;
  deliveryTimeoutMs: number;
  warmupRecords: number;
  transactionalId?: string;
  transactionMs: number;
}

export interface PerfContext {
  interrupted: AbortSignal;
  /** Told how far it is, every so often. */
  report(text: string): void;
  reportEveryMs: number;
}

/** How often a bounded producer looks whether records are due. */
const tickMs = 1;

/**
 * Writes records as fast as the brokers take them, or at a rate. They are encoded before it begins; a record's latency
 * begins when its batch is made.
 * @throws KctlError exit 4 when there is no such topic
 */
export async function perfProduce(
  cluster: Cluster,
  request: PerfProduceRequest,
  context: PerfContext,
): Promise<PerfProduce> {
  const { codec, level, producers, batchBytes } = request;
  const ready = new ReadyRecords(request.payloads, batchBytes, {
    ...{ codec, level },
    transactional: request.transactionalId !== undefined,
  });
  const run = new ProduceRun(request, context);
  const started = await Promise.all(
    Array.from({ length: producers }, (_, index) => open(cluster, request, run, index)),
  );
  run.start();
  const shares = started.map((producer, index) => ({
    producer,
    records: Math.floor(request.records / producers) + (index < request.records % producers ? 1 : 0),
  }));
  const deliveries = await Promise.all(
    shares.map(async ({ producer, records }) => {
      await send(producer, ready, records, request, context.interrupted);
      return producer.close();
    }),
  );
  const errors: ItemError[] = deliveries.flatMap(({ failure }) =>
    failure ? [itemError(`topic ${request.topic}`, failure)] : [],
  );
  const committed = deliveries.reduce((sum, { transactions }) => sum + transactions.committed, 0);
  return run.document(committed, [...run.refusals, ...errors]);
}

function open(
  cluster: Cluster,
  request: PerfProduceRequest,
  run: ProduceRun,
  index: number,
): Promise<Producer> {
  const { topic, acks, codec, batchBytes, deliveryTimeoutMs, transactionalId, producers } = request;
  const id =
    transactionalId === undefined || producers === 1 ? transactionalId : `${transactionalId}-${index}`;
  const options: ProducerOptions = {
    ...{ topic, acks, codec, batchBytes, deliveryTimeoutMs, lingerMs: 0, create: false },
    ...(id === undefined ? {} : { transactionalId: id }),
    onRefused: ({ error }) => run.refused(error),
    onWarning: (text) => run.warnings.push(text),
    onAcknowledged: (records, bytes, sinceMs) => run.acknowledged(records, bytes, sinceMs),
  };
  return Producer.open(cluster.wire, options, cluster.wire.deadline);
}

async function send(
  producer: Producer,
  ready: ReadyRecords,
  records: number,
  { recordsPerSec, producers, transactionalId, transactionMs }: PerfProduceRequest,
  interrupted: AbortSignal,
): Promise<void> {
  const perMs = recordsPerSec / producers / 1000;
  const stop = AbortSignal.any([interrupted, producer.ended]);
  const startedAtMs = performance.now();
  let committedAtMs = startedAtMs;
  for (let sent = 0; sent < records && !stop.aborted; ) {
    const due = Math.min(records, Math.ceil((performance.now() - startedAtMs) * perMs)) - sent;
    if (due <= 0) {
      await pause(tickMs, stop);
      continue;
    }
    const count = Math.min(due, ready.most);
    producer.appendReady((pool) => ready.batch(count, Date.now(), pool));
    sent += count;
    if (producer.isFull) await producer.room();
    if (transactionalId !== undefined && performance.now() - committedAtMs >= transactionMs) {
      await producer.commit();
      committedAtMs = performance.now();
    }
  }
}

/** What is counted, from the first record made to the last acknowledged. */
class ProduceRun {
  readonly warnings: string[] = [];
  readonly refusals: ItemError[] = [];
  readonly #all = new Histogram();
  readonly #steady = new Histogram();
  #bytes = 0;
  #steadyBytes = 0;
  #startedAtMs = 0;
  #steadyAtMs = 0;
  #lastAtMs = 0;
  #reportedAtMs = 0;
  #reported = { records: 0, bytes: 0 };
  #window = new Histogram();

  constructor(
    private readonly request: PerfProduceRequest,
    private readonly context: PerfContext,
  ) {}

  start(): void {
    this.#startedAtMs = performance.now();
    this.#reportedAtMs = this.#startedAtMs;
  }

  acknowledged(records: number, bytes: number, sinceMs: number): void {
    const now = performance.now();
    const wasWarm = this.#all.count >= this.request.warmupRecords;
    this.#all.add(now - sinceMs, records);
    this.#window.add(now - sinceMs, records);
    this.#bytes += bytes;
    this.#lastAtMs = now;
    if (wasWarm && this.request.warmupRecords > 0) {
      this.#steadyAtMs ||= now;
      this.#steady.add(now - sinceMs, records);
      this.#steadyBytes += bytes;
    }
    if (now - this.#reportedAtMs >= this.context.reportEveryMs) this.#report(now);
  }

  refused(error: unknown): void {
    if (this.refusals.length < 5) this.refusals.push(itemError(`topic ${this.request.topic}`, error));
  }

  document(transactions: number, errors: ItemError[]): PerfProduce {
    const { topic, producers, warmupRecords } = this.request;
    const steadyMs = this.#lastAtMs - this.#steadyAtMs;
    return {
      ...{ kind: 'PerfProduce', version: 1, topic, producers },
      ...throughput(this.#all.count, this.#bytes, this.#lastAtMs - this.#startedAtMs),
      latency: this.#all.percentiles(),
      histogram: this.#all.bars(),
      steady:
        warmupRecords > 0 && this.#steady.count > 0
          ? {
              ...throughput(this.#steady.count, this.#steadyBytes, steadyMs),
              latency: this.#steady.percentiles(),
            }
          : null,
      transactions,
      warnings: this.warnings,
      errors,
    };
  }

  #report(now: number): void {
    const records = this.#all.count - this.#reported.records;
    const { recordsPerSec, megabytesPerSec } = throughput(
      records,
      this.#bytes - this.#reported.bytes,
      now - this.#reportedAtMs,
    );
    const latency = this.#window.percentiles();
    this.context.report(
      `${records} records sent, ${recordsPerSec} records/sec (${megabytesPerSec} MB/sec), ${latency?.averageMs} ms avg latency, ${latency?.maxMs} ms max latency.`,
    );
    this.#reported = { records: this.#all.count, bytes: this.#bytes };
    this.#reportedAtMs = now;
    this.#window = new Histogram();
  }
}
