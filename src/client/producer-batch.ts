import type { Codec } from '../protocol/compression.js';
import { ATTRIBUTE, BATCH, type RecordView } from '../protocol/records/batch.js';
import { RecordBatchBuilder } from '../protocol/records/builder.js';
import { RecordCursor } from '../protocol/records/cursor.js';
import { LineNumbers } from './line-numbers.js';

/** A finished record batch on its way to one partition. */
export interface Batch {
  /** Empty until it is compressed. */
  bytes: Buffer;
  codec: Codec;
  level?: number | undefined;
  /** Where each record came from: the number that was given with it (a line, counted from 1). */
  lines: LineNumbers;
  /** Bytes of the batch before compression. */
  unpackedBytes: number;
  /** Bytes of keys and values. */
  payloadBytes: number;
  /** `performance.now()` when its first record was accepted: delivery must be over a fixed time later. */
  acceptedAtMs: number;
  /** Of the first record; undefined until it is sent, and again when it must be given anew. */
  sequence: number | undefined;
}

/** A batch that was encoded elsewhere; what the producer stamps on it is missing. */
export interface ReadyBatch {
  bytes: Buffer;
  count: number;
  unpackedBytes: number;
  /** Bytes of keys and values. */
  payloadBytes: number;
}

/** Bytes of a record's key and value. */
export function payloadBytesOf({ keyStart, keyEnd, valueStart, valueEnd }: RecordView): number {
  return keyEnd - keyStart + valueEnd - valueStart;
}

/** A batch of those records whose position in the batch is wanted; undefined for none. */
export function subset(batch: Batch, wanted: (index: number) => boolean): Batch | undefined {
  const cursor = new RecordCursor(batch.bytes, {
    verifyCrc: false,
    maxUnpackedBytes: Number.MAX_SAFE_INTEGER,
  });
  const builder = new RecordBatchBuilder({
    maxBytes: Number.MAX_SAFE_INTEGER,
    codec: batch.codec,
    level: batch.level,
    transactional: (batch.bytes.readInt16BE(BATCH.attributes) & ATTRIBUTE.transactional) !== 0,
  });
  const numbers = [...batch.lines];
  const lines = new LineNumbers();
  let payloadBytes = 0;
  for (let index = 0; cursor.next(); index++) {
    if (!wanted(index)) continue;
    builder.append(cursor, cursor.headerSection());
    payloadBytes += payloadBytesOf(cursor);
    lines.add(numbers[index] as number);
  }
  if (lines.length === 0) return undefined;
  const { sizeBytes: unpackedBytes } = builder;
  return { ...batch, bytes: builder.build(), lines, unpackedBytes, payloadBytes, sequence: undefined };
}

/** Two batches of about half the records each. */
export function halves(batch: Batch): Batch[] {
  const middle = batch.lines.length >>> 1;
  const parts = [subset(batch, (index) => index < middle), subset(batch, (index) => index >= middle)];
  return parts.filter((part) => part !== undefined);
}
