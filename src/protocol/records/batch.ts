/**
 * The header of a record batch v2 (KIP-98): byte positions, attribute bits, and int64 as numbers.
 * The first 17 bytes, up to `magic`, stand in the same places in the older message formats.
 */
export const BATCH = {
  baseOffset: 0,
  /** Bytes behind this field. */
  batchLength: 8,
  partitionLeaderEpoch: 12,
  magic: 16,
  /** CRC-32C of everything behind it. */
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
  records: 61,
} as const;

/** Bytes of offset and length, which come before every batch and every message of the older formats. */
export const LOG_OVERHEAD_BYTES = 12;

export const ATTRIBUTE = { logAppendTime: 0x08, transactional: 0x10, control: 0x20 } as const;

/** An int64 as a number: exact up to 2^53, far beyond every offset and every time of a real log. */
export function readInt64(bytes: Buffer, position: number): number {
  return bytes.readInt32BE(position) * 0x1_0000_0000 + bytes.readUInt32BE(position + 4);
}

export function writeInt64(bytes: Buffer, value: number, position: number): void {
  bytes.writeInt32BE(Math.floor(value / 0x1_0000_0000), position);
  bytes.writeUInt32BE(((value % 0x1_0000_0000) + 0x1_0000_0000) % 0x1_0000_0000, position + 4);
}

/**
 * A record as positions in a buffer: no object and no copy a record. A start of -1 is a null.
 * The same object is filled again for each record.
 */
export interface RecordView {
  bytes: Buffer;
  keyStart: number;
  keyEnd: number;
  valueStart: number;
  valueEnd: number;
  /** Milliseconds since 1970; -1 for none (formats before 0.10). */
  timestampMs: number;
}

export interface RecordHeader {
  /** UTF-8 by Kafka's definition; kept as it came. */
  key: Buffer;
  value: Buffer | null;
}
