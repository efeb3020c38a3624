import type { ItemError } from '../base/result.js';
import type { Bar, Percentiles } from './histogram.js';

/** What went through, and how fast. A megabyte is 2^20 bytes, as in Kafka's own tools. */
export interface Throughput {
  records: number;
  /** Of keys and values. */
  bytes: number;
  durationMs: number;
  recordsPerSec: number;
  megabytesPerSec: number;
}

interface PerfDocument {
  version: 1;
  warnings: string[];
  errors: ItemError[];
}

export interface PerfProduce extends Throughput, PerfDocument {
  kind: 'PerfProduce';
  topic: string;
  producers: number;
  /** From a record's making to its acknowledgement; null where nothing was acknowledged. */
  latency: Percentiles | null;
  histogram: Bar[];
  /** What came behind --warmup-records; null without. */
  steady: (Throughput & { latency: Percentiles | null }) | null;
  transactions: number;
}

export interface PerfConsume extends Throughput, PerfDocument {
  kind: 'PerfConsume';
  topic: string;
  consumers: number;
  /** From the first request to the first record. */
  firstRecordMs: number | null;
}

export interface PerfLatency extends PerfDocument {
  kind: 'PerfLatency';
  topic: string;
  records: number;
  recordBytes: number;
  acks: string;
  latency: Percentiles | null;
  histogram: Bar[];
}

export function throughput(records: number, bytes: number, durationMs: number): Throughput {
  const perSec = durationMs > 0 ? 1000 / durationMs : 0;
  return {
    records,
    bytes,
    durationMs: Math.round(durationMs),
    recordsPerSec: Math.round(records * perSec),
    megabytesPerSec: Math.round(((bytes * perSec) / 2 ** 20) * 100) / 100,
  };
}
