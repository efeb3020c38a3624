import type { fetch } from '../protocol/messages/fetch.js';
import type { AbortedTransaction } from '../protocol/records/aborted.js';
import { BATCH, LOG_OVERHEAD_BYTES, readInt64 } from '../protocol/records/batch.js';
import type { ResponseOf } from '../protocol/schema.js';
import type { TopicPartition } from './fetch-leaders.js';

/** What one partition gave: whole batches, to be walked with a RecordCursor from `startOffset` on. */
export interface FetchedRecords extends TopicPartition {
  records: Buffer;
  startOffset: number;
  /** Records from this offset on are not wanted; infinite without an end. */
  endOffset: number;
  abortedTransactions: AbortedTransaction[];
}

export type PartitionAnswer = ResponseOf<typeof fetch>['responses'][number]['partitions'][number];

/**
 * Where the next fetch continues behind these records, read from the batches' headers alone, so that it can be
 * sent before the records are walked. Stops, as RecordCursor does, at what is cut off or is no batch.
 */
export function positionBehind(records: Buffer, startOffset: number): number {
  let next = startOffset;
  let at = 0;
  while (records.length - at > BATCH.magic) {
    const end = at + LOG_OVERHEAD_BYTES + records.readInt32BE(at + BATCH.batchLength);
    if (end <= at + BATCH.magic || end > records.length) break;
    const baseOffset = readInt64(records, at + BATCH.baseOffset);
    const isBatch = records.readInt8(at + BATCH.magic) === 2;
    if (isBatch && end - at < BATCH.records) break;
    // A message of the older formats carries the offset of the last record inside it.
    const lastOffset = isBatch ? baseOffset + records.readInt32BE(at + BATCH.lastOffsetDelta) : baseOffset;
    if (baseOffset < 0 || lastOffset < baseOffset || lastOffset >= Number.MAX_SAFE_INTEGER) break;
    next = Math.max(next, lastOffset + 1);
    at = end;
  }
  return next;
}

/**
 * Whether an answer without records means that nothing is left before the end: compaction may have removed the
 * last records of a partition, and then its position never gets there. An answer cut short by a quota, or by what
 * other partitions gave, says nothing.
 */
export function nothingLeft(
  answer: Pick<PartitionAnswer, 'highWatermark' | 'lastStableOffset'>,
  whole: { bytes: number; throttleTimeMs: number },
  options: { end: number; committedOnly: boolean },
): boolean {
  if (whole.bytes > 0 || whole.throttleTimeMs > 0) return false;
  const readable = options.committedOnly ? answer.lastStableOffset : answer.highWatermark;
  return Number(readable) >= options.end;
}
