import type { ItemError, ResultDocument } from '../base/result.js';
import type { Delivery } from '../client/producer.js';
import type { View } from '../render/view.js';

/** What a producer did, once it is over. */
export interface ProduceSummary extends ResultDocument {
  kind: 'ProduceSummary';
  version: 1;
  topic: string;
  /** Acknowledged; with acks 0: read by the broker. */
  records: number;
  /** Of their keys and values. */
  bytes: number;
  /** That they were sent in. */
  batches: number;
  /** Lines that are no records, and records that the broker did not take. */
  refused: number;
  /** Accepted, and neither acknowledged nor refused. */
  unacknowledged: number;
  /** Every line up to this one is acknowledged or refused. */
  settledThroughLine: number;
  /** Of the transactional id; absent without one. The records of those aborted are read by nobody who asks for committed ones. */
  transactions?: { committed: number; aborted: number };
  durationMs: number;
  partitions: PartitionSummary[];
  warnings: string[];
  errors: ItemError[];
}

export interface PartitionSummary {
  partition: number;
  records: number;
  /** Null where the broker did not say them (acks 0). Other producers' records may lie between. */
  firstOffset: number | null;
  lastOffset: number | null;
}

export function summarize(
  topic: string,
  delivery: Delivery,
  more: { badLines: number; durationMs: number; warnings: string[]; errors: ItemError[] },
): ProduceSummary {
  const { transactions } = delivery;
  return {
    kind: 'ProduceSummary',
    version: 1,
    topic,
    ...delivery.acknowledged,
    refused: delivery.refused + more.badLines,
    unacknowledged: delivery.unacknowledged,
    settledThroughLine: delivery.settledThroughLine,
    ...(transactions.committed + transactions.aborted > 0 ? { transactions } : {}),
    durationMs: Math.round(more.durationMs),
    partitions: delivery.partitions.map(({ partition, records, firstOffset, lastOffset }) => ({
      partition,
      records,
      firstOffset: firstOffset ?? null,
      lastOffset: lastOffset ?? null,
    })),
    warnings: more.warnings,
    errors: more.errors,
  };
}

/** Partitions that the sentence for people lists one by one, at most. */
const partitionsNamed = 12;

/** The summary in words, for stderr: the records are the topic's, so stdout stays empty. */
export function describeSummary(summary: ProduceSummary): string {
  const { topic, records, bytes, batches, durationMs, partitions, refused, unacknowledged, transactions } =
    summary;
  const perSec = Math.round(records / Math.max(durationMs / 1000, 0.001));
  const what = `${plural(records, 'record')} (${bytes} bytes, ${plural(batches, 'batch', 'es')})`;
  const lines = [`${what} to ${topic} in ${(durationMs / 1000).toFixed(1)} s, ${perSec}/s`];
  for (const { partition, records: count, firstOffset, lastOffset } of partitions.slice(0, partitionsNamed)) {
    const offsets = firstOffset === null ? '' : `, offsets ${firstOffset} to ${lastOffset}`;
    lines.push(`  partition ${partition}: ${plural(count, 'record')}${offsets}`);
  }
  const unnamed = partitions.length - partitionsNamed;
  if (unnamed > 0) lines.push(`  and ${plural(unnamed, 'more partition')}`);
  if (transactions)
    lines.push(`  transactions: ${transactions.committed} committed, ${transactions.aborted} aborted`);
  if (refused > 0) lines.push(`  ${plural(refused, 'line')} not taken`);
  if (unacknowledged > 0) lines.push(`  ${plural(unacknowledged, 'record')} not acknowledged`);
  return lines.join('\n');
}

function plural(count: number, noun: string, ending = 's'): string {
  return `${count} ${noun}${count === 1 ? '' : ending}`;
}

/** For the formats that were asked for by name. */
export function viewProduceSummary({ topic, partitions }: ProduceSummary): View {
  return {
    sections: [
      {
        type: 'table',
        columns: [
          { header: 'partition', align: 'right' },
          { header: 'records', align: 'right' },
          { header: 'first offset', align: 'right' },
          { header: 'last offset', align: 'right' },
        ],
        rows: partitions.map(({ partition, records, firstOffset, lastOffset }) => [
          partition,
          records,
          firstOffset,
          lastOffset,
        ]),
      },
    ],
    names: partitions.map(({ partition }) => `${topic}-${partition}`),
  };
}
