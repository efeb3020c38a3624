import { KctlError } from '../base/errors.js';
import { type ItemError, itemError } from '../base/result.js';
import type { Acks } from '../client/producer.js';
import type { Cluster } from '../cluster/index.js';
import { metadata } from '../protocol/messages/metadata.js';
import { perfConsume } from './consume.js';
import type { Percentiles } from './histogram.js';
import { perfLatency } from './latency.js';
import { randomPayloads } from './payloads.js';
import { type PerfContext, perfProduce } from './produce.js';
import { ScratchTopics } from './scratch-topics.js';

/** One case beside its published figure. */
export interface SuiteCase {
  name: string;
  /** Records a second of 100 bytes; null for latency. */
  publishedRecordsPerSec: number | null;
  publishedLatency: { p50Ms: number; p99Ms: number; p999Ms: number } | null;
  /** Null where it was not run, and why stands in the errors. */
  recordsPerSec: number | null;
  megabytesPerSec: number | null;
  latency: Percentiles | null;
}

export interface PerfSuite {
  kind: 'PerfSuite';
  version: 1;
  brokers: number;
  records: number;
  recordBytes: number;
  partitions: number;
  items: SuiteCase[];
  warnings: string[];
  errors: ItemError[];
}

export interface SuiteRequest {
  records: number;
  recordBytes: number;
  partitions: number;
  latencyRecords: number;
}

/** On three machines with six disks each ("Benchmarking Apache Kafka: 2 Million Writes Per Second", 2014). */
const produceCases: Array<{
  name: string;
  replicas: number;
  acks: Acks;
  producers: number;
  published: number;
}> = [
  { name: 'one producer, no replication', replicas: 1, acks: '1', producers: 1, published: 821_557 },
  {
    name: 'one producer, 3 replicas, asynchronous',
    replicas: 3,
    acks: '1',
    producers: 1,
    published: 786_980,
  },
  {
    name: 'one producer, 3 replicas, synchronous',
    replicas: 3,
    acks: 'all',
    producers: 1,
    published: 421_823,
  },
  {
    name: 'three producers, 3 replicas, asynchronous',
    replicas: 3,
    acks: '1',
    producers: 3,
    published: 2_024_032,
  },
];
const consumeCases = [
  { name: 'one consumer', consumers: 1, published: 940_521 },
  { name: 'three consumers', consumers: 3, published: 2_615_968 },
];
const publishedLatency = { p50Ms: 2, p99Ms: 3, p999Ms: 14 };
const mostReplicas = 3;
const batchBytes = 1_000_000;
const patienceMs = 120_000;

/** Plays the cases one after another on topics of its own, which it deletes, however it ends. */
export async function perfSuite(
  cluster: Cluster,
  request: SuiteRequest,
  context: PerfContext,
): Promise<PerfSuite> {
  const { records, recordBytes, partitions } = request;
  const { brokers } = await cluster.wire.request(
    metadata,
    { topics: [], allowAutoTopicCreation: false },
    'any',
  );
  const topics = new ScratchTopics(cluster);
  const suite = new Suite(cluster, request, context, brokers.length, topics);
  const errors: ItemError[] = [];
  try {
    await suite.play(errors);
  } finally {
    suite.warnings.push(...(await topics.remove()));
  }
  return {
    ...{ kind: 'PerfSuite', version: 1, brokers: brokers.length, records, recordBytes, partitions },
    items: suite.items,
    warnings: suite.warnings,
    errors,
  };
}

class Suite {
  readonly items: SuiteCase[] = [];
  readonly warnings: string[] = [];

  constructor(
    private readonly cluster: Cluster,
    private readonly request: SuiteRequest,
    private readonly context: PerfContext,
    private readonly brokers: number,
    private readonly topics: ScratchTopics,
  ) {
    if (brokers < mostReplicas)
      this.warnings.push(
        `the published figures are of 3 replicas; with ${brokers} of them here, cases with 3 have ${brokers}`,
      );
  }

  async play(errors: ItemError[]): Promise<void> {
    const payloads = randomPayloads(this.request.recordBytes);
    let last = '';
    for (const { name, replicas, acks, producers, published } of produceCases) {
      await this.#case(name, { published }, errors, async () => {
        last = await this.#topic(replicas, this.request.partitions);
        const produced = await perfProduce(
          this.cluster,
          {
            ...{ topic: last, records: this.request.records, payloads, producers, acks, codec: 'none' },
            ...{ recordsPerSec: Number.POSITIVE_INFINITY, batchBytes, deliveryTimeoutMs: patienceMs },
            ...{ warmupRecords: 0, transactionMs: 0 },
          },
          this.context,
        );
        return produced;
      });
    }
    for (const { name, consumers, published } of consumeCases) {
      await this.#case(name, { published }, errors, async () => {
        const request = { topic: last, records: this.request.records, consumers, fromLatest: false };
        return {
          ...(await perfConsume(this.cluster, { ...request, idleMs: patienceMs }, this.context)),
          latency: null,
        };
      });
    }
    await this.#case(
      'end to end, 3 replicas, synchronous',
      { latency: publishedLatency },
      errors,
      async () => {
        const topic = await this.#topic(mostReplicas, 1);
        const { latencyRecords, recordBytes } = this.request;
        const request = { topic, records: latencyRecords, recordBytes, acks: 'all' as const };
        const { latency, errors } = await perfLatency(
          this.cluster,
          { ...request, recordTimeoutMs: patienceMs },
          this.context,
        );
        return { recordsPerSec: null, megabytesPerSec: null, latency, errors };
      },
    );
  }

  async #case(
    name: string,
    { published, latency: publishedMs }: { published?: number; latency?: typeof publishedLatency },
    errors: ItemError[],
    run: () => Promise<{
      recordsPerSec: number | null;
      megabytesPerSec: number | null;
      latency: Percentiles | null;
      errors: ItemError[];
    }>,
  ): Promise<void> {
    if (this.context.interrupted.aborted) return;
    this.context.report(name);
    const known = { name, publishedRecordsPerSec: published ?? null, publishedLatency: publishedMs ?? null };
    try {
      const { recordsPerSec, megabytesPerSec, latency, errors: failed } = await run();
      this.items.push({ ...known, recordsPerSec, megabytesPerSec, latency });
      errors.push(...failed);
    } catch (error) {
      if (!(error instanceof KctlError)) throw error;
      this.items.push({ ...known, recordsPerSec: null, megabytesPerSec: null, latency: null });
      errors.push(itemError(name, error));
    }
  }

  #topic(replicas: number, partitions: number): Promise<string> {
    return this.topics.make({ partitions, replicationFactor: Math.min(replicas, this.brokers) });
  }
}
