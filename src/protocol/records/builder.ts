import { CODECS, type Codec, compress } from '../compression.js';
import { BATCH, LOG_OVERHEAD_BYTES, type RecordHeader, type RecordView, writeInt64 } from './batch.js';
import { crc32c } from './crc32c.js';
import { varintSize, varlongSize, writeVarint, writeVarlong } from './varint.js';

/** Who wrote a batch, for idempotence (KIP-98). */
export interface ProducerStamp {
  producerId: bigint;
  producerEpoch: number;
  /** Sequence number of the first record, 0 to 2^31 - 1. */
  baseSequence: number;
}

const NO_PRODUCER: ProducerStamp = { producerId: -1n, producerEpoch: -1, baseSequence: -1 };

/** The section of a record without headers: a count of 0. */
export const NO_HEADERS = Buffer.from([0]);

/** The header section of a record, to be encoded once and appended to many records. */
export function encodeHeaders(headers: readonly RecordHeader[]): Buffer {
  let size = varintSize(headers.length);
  for (const { key, value } of headers) {
    size += varintSize(key.length) + key.length + varintSize(value?.length ?? -1) + (value?.length ?? 0);
  }
  const section = Buffer.allocUnsafe(size);
  let position = writeVarint(section, headers.length, 0);
  for (const { key, value } of headers) {
    position = writeVarint(section, key.length, position);
    position += key.copy(section, position);
    position = writeVarint(section, value?.length ?? -1, position);
    if (value) position += value.copy(section, position);
  }
  return section;
}

export interface BuilderOptions {
  /** Bytes of the whole batch before compression. */
  maxBytes: number;
  codec?: Codec;
  /** What is allocated at the beginning, for those who know how large batches become. */
  expectedBytes?: number;
}

/** Writes records straight into the bytes of a record batch v2 (KIP-98). */
export class RecordBatchBuilder {
  readonly #maxBytes: number;
  readonly #codec: Codec;
  #target: Buffer;
  #position: number = BATCH.records;
  #count = 0;
  #firstTimestampMs = 0;
  #maxTimestampMs = 0;

  constructor({ maxBytes, codec = 'none', expectedBytes = 1024 }: BuilderOptions) {
    this.#maxBytes = maxBytes;
    this.#codec = codec;
    this.#target = Buffer.allocUnsafe(Math.max(BATCH.records, expectedBytes));
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes so far, before compression. */
  get sizeBytes(): number {
    return this.#position;
  }

  /**
   * Appends a record, or answers false when the batch would grow beyond its limit. The first record is
   * always taken: whether the broker takes it alone, only the broker knows.
   */
  append(record: RecordView, headers: Buffer = NO_HEADERS): boolean {
    if (this.#count === 0) {
      this.#firstTimestampMs = record.timestampMs;
      this.#maxTimestampMs = record.timestampMs;
    }
    const timestampDelta = record.timestampMs - this.#firstTimestampMs;
    const keyBytes = record.keyStart < 0 ? -1 : record.keyEnd - record.keyStart;
    const valueBytes = record.valueStart < 0 ? -1 : record.valueEnd - record.valueStart;
    const bodyBytes =
      1 +
      varlongSize(timestampDelta) +
      varintSize(this.#count) +
      varintSize(keyBytes) +
      Math.max(keyBytes, 0) +
      varintSize(valueBytes) +
      Math.max(valueBytes, 0) +
      headers.length;
    const end = this.#position + varintSize(bodyBytes) + bodyBytes;
    if (end > this.#maxBytes && this.#count > 0) return false;
    if (end > this.#target.length) this.#grow(end);

    const target = this.#target;
    let position = writeVarint(target, bodyBytes, this.#position);
    target[position++] = 0;
    position = writeVarlong(target, timestampDelta, position);
    position = writeVarint(target, this.#count, position);
    position = writeVarint(target, keyBytes, position);
    if (keyBytes > 0) position += record.bytes.copy(target, position, record.keyStart, record.keyEnd);
    position = writeVarint(target, valueBytes, position);
    if (valueBytes > 0) position += record.bytes.copy(target, position, record.valueStart, record.valueEnd);
    if (headers.length === 1) target[position] = 0;
    else headers.copy(target, position);

    this.#position = end;
    this.#count += 1;
    if (record.timestampMs > this.#maxTimestampMs) this.#maxTimestampMs = record.timestampMs;
    return true;
  }

  /** The finished batch. The builder is not to be used afterwards. */
  build(producer: ProducerStamp = NO_PRODUCER): Buffer {
    const batch = this.#compressed();
    writeInt64(batch, 0, BATCH.baseOffset);
    batch.writeInt32BE(batch.length - LOG_OVERHEAD_BYTES, BATCH.batchLength);
    batch.writeInt32BE(-1, BATCH.partitionLeaderEpoch);
    batch.writeInt8(2, BATCH.magic);
    batch.writeInt16BE(CODECS.indexOf(this.#codec), BATCH.attributes);
    batch.writeInt32BE(this.#count - 1, BATCH.lastOffsetDelta);
    writeInt64(batch, this.#firstTimestampMs, BATCH.baseTimestamp);
    writeInt64(batch, this.#maxTimestampMs, BATCH.maxTimestamp);
    batch.writeInt32BE(this.#count, BATCH.recordCount);
    stampProducer(batch, producer);
    return batch;
  }

  #compressed(): Buffer {
    if (this.#codec === 'none') return this.#target.subarray(0, this.#position);
    const records = compress(this.#codec, this.#target.subarray(BATCH.records, this.#position));
    return Buffer.concat([this.#target.subarray(0, BATCH.records), records]);
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafe(Math.max(needed, Math.min(this.#target.length * 2, this.#maxBytes)));
    this.#target.copy(grown, 0, 0, this.#position);
    this.#target = grown;
  }
}

/** Writes the producer's fields into a finished batch, in place, and its checksum anew. */
export function stampProducer(
  batch: Buffer,
  { producerId, producerEpoch, baseSequence }: ProducerStamp,
): void {
  batch.writeBigInt64BE(producerId, BATCH.producerId);
  batch.writeInt16BE(producerEpoch, BATCH.producerEpoch);
  batch.writeInt32BE(baseSequence, BATCH.baseSequence);
  batch.writeUInt32BE(crc32c(batch.subarray(BATCH.attributes)), BATCH.crc);
}
