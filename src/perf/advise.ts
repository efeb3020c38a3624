import { usageError } from '../base/errors.js';
import type { Cluster } from '../cluster/index.js';
import { perfConsume } from './consume.js';
import { randomPayloads } from './payloads.js';
import { type PerfContext, perfProduce } from './produce.js';
import { ScratchTopics } from './scratch-topics.js';

export interface AdviseRequest {
  targetBytesPerSec: number;
  /** Of one partition; measured when absent. */
  producerBytesPerSec?: number | undefined;
  consumerBytesPerSec?: number | undefined;
  replicationFactor?: number | undefined;
  /** Of what is measured. */
  records: number;
  recordBytes: number;
}

/** What one partition carries, and where the number is from. */
interface Rate {
  bytesPerSec: number;
  source: 'measured' | 'given';
}

export interface PartitionAdvice {
  kind: 'PartitionAdvice';
  version: 1;
  partitions: number;
  targetBytesPerSec: number;
  producer: Rate & { partitions: number };
  consumer: Rate & { partitions: number };
  warnings: string[];
}

/**
 * How many partitions carry a target: the greater of target ÷ what one partition is written with and target ÷ what one
 * is read with. A rate that is not given is measured on a topic of one partition, made and deleted for it.
 */
export async function advisePartitions(
  open: () => Promise<Cluster>,
  request: AdviseRequest,
  context: PerfContext,
): Promise<PartitionAdvice> {
  const { targetBytesPerSec, producerBytesPerSec: written, consumerBytesPerSec: read } = request;
  const warnings: string[] = [];
  const measured =
    written === undefined || read === undefined
      ? await measure(await open(), request, context, warnings)
      : undefined;
  const rate = (given: number | undefined, found: number | undefined) => {
    const bytesPerSec = given ?? found ?? 0;
    const source = given === undefined ? ('measured' as const) : ('given' as const);
    if (bytesPerSec <= 0) throw usageError('nothing went through, so nothing can be said');
    return { bytesPerSec, source, partitions: Math.ceil(targetBytesPerSec / bytesPerSec) };
  };
  const producer = rate(written, measured?.producer);
  const consumer = rate(read, measured?.consumer);
  if (measured)
    warnings.push(
      'measured with kctl, which is faster than most clients: give what yours reach, if they are slower',
    );
  const partitions = Math.max(producer.partitions, consumer.partitions);
  return { kind: 'PartitionAdvice', version: 1, partitions, targetBytesPerSec, producer, consumer, warnings };
}

async function measure(
  cluster: Cluster,
  { records, recordBytes, replicationFactor }: AdviseRequest,
  context: PerfContext,
  warnings: string[],
): Promise<{ producer: number; consumer: number }> {
  const scratch = new ScratchTopics(cluster);
  try {
    const topic = await scratch.make({ partitions: 1, ...(replicationFactor ? { replicationFactor } : {}) });
    const produced = await perfProduce(
      cluster,
      {
        ...{
          topic,
          records,
          payloads: randomPayloads(recordBytes),
          producers: 1,
          acks: 'all',
          codec: 'none',
        },
        ...{ recordsPerSec: Number.POSITIVE_INFINITY, batchBytes: 1_000_000, deliveryTimeoutMs: 60_000 },
        ...{ warmupRecords: 0, transactionMs: 0 },
      },
      context,
    );
    const consumed = await perfConsume(
      cluster,
      { topic, records: produced.records, consumers: 1, fromLatest: false, idleMs: 60_000 },
      context,
    );
    return { producer: bytesPerSec(produced), consumer: bytesPerSec(consumed) };
  } finally {
    warnings.push(...(await scratch.remove()));
  }
}

function bytesPerSec({ bytes, durationMs }: { bytes: number; durationMs: number }): number {
  return Math.round((bytes * 1000) / Math.max(1, durationMs));
}
