import { CODECS, type Codec, compress, compressAside } from '../compression.js';
import {
  ATTRIBUTE,
  BATCH,
  LOG_OVERHEAD_BYTES,
  type RecordHeader,
  type RecordView,
  writeInt64,
} from './batch.js';
import { crc32c } from './crc32c.js';
import type { LineEncoder, LineRun } from './line-encoder.js';
import { varintSize, varlongSize, writeVarint, writeVarlong } from './varint.js';

/** Who wrote a batch, for idempotence (KIP-98). */
export interface ProducerStamp {
  producerId: bigint;
  producerEpoch: number;
  /** Sequence number of the first record, 0 to 2^31 - 1. */
  baseSequence: number;
}

/** Of a batch that is not idempotent. */
export const NO_PRODUCER: ProducerStamp = { producerId: -1n, producerEpoch: -1, baseSequence: -1 };

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
  /** The codec's own default when absent. */
  level?: number | undefined;
  /** Its records count when their transaction is committed. */
  transactional?: boolean;
  /** What is allocated at the beginning, for those who know how large batches become. */
  expectedBytes?: number;
  /** Where buffers of `maxBytes` come from, for those who give them back. */
  pool?: BufferPool;
}

/** Buffers of one size, used again: fresh memory costs as much as filling it. */
export class BufferPool {
  readonly #free: Buffer[] = [];
  #unusedFrom = 0;

  /**
   * @param keep how many that are not in use are kept
   * @param memory what they are parts of; where it is full others are made, and not kept
   */
  constructor(
    readonly sizeBytes: number,
    private readonly keep: number,
    private readonly memory?: Buffer,
  ) {}

  take(): Buffer {
    const free = this.#free.pop();
    if (free) return free;
    const start = this.#unusedFrom;
    const end = start + this.sizeBytes;
    if (!this.memory || end > this.memory.length) return Buffer.allocUnsafeSlow(this.sizeBytes);
    this.#unusedFrom = end;
    return this.memory.subarray(start, end);
  }

  /** Takes back a buffer, or a view of its beginning, that nobody uses any more; others are let go. */
  give({ buffer, byteOffset }: Buffer): void {
    const isOurs = this.memory
      ? buffer === this.memory.buffer
      : byteOffset === 0 && buffer.byteLength === this.sizeBytes && this.#free.length < this.keep;
    if (isOurs) this.#free.push(Buffer.from(buffer, byteOffset, this.sizeBytes));
  }
}

/** Writes records straight into the bytes of a record batch v2 (KIP-98). */
export class RecordBatchBuilder {
  readonly #maxBytes: number;
  readonly #codec: Codec;
  readonly #transactional: boolean;
  readonly #level: number | undefined;
  readonly #pool: BufferPool | undefined;
  #target: Buffer;
  #position: number = BATCH.records;
  #count = 0;
  #firstTimestampMs = 0;
  #maxTimestampMs = 0;

  constructor({
    maxBytes,
    codec = 'none',
    level,
    transactional = false,
    expectedBytes = 1024,
    pool,
  }: BuilderOptions) {
    this.#maxBytes = maxBytes;
    this.#codec = codec;
    this.#transactional = transactional;
    this.#level = level;
    this.#pool = pool;
    this.#target = this.#allocate(Math.max(BATCH.records, expectedBytes));
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
    const { bytes, keyStart, keyEnd, valueStart, valueEnd } = record;
    const timestampDelta = record.timestampMs - this.#firstTimestampMs;
    const offsetDelta = this.#count;
    const keyBytes = keyStart < 0 ? -1 : keyEnd - keyStart;
    const valueBytes = valueStart < 0 ? -1 : valueEnd - valueStart;
    const bodyBytes =
      1 +
      varlongSize(timestampDelta) +
      varintSize(offsetDelta) +
      varintSize(keyBytes) +
      (keyBytes > 0 ? keyBytes : 0) +
      varintSize(valueBytes) +
      (valueBytes > 0 ? valueBytes : 0) +
      headers.length;
    const start = this.#position;
    const end = start + varintSize(bodyBytes) + bodyBytes;
    if (end > this.#maxBytes && offsetDelta > 0) return false;
    if (end > this.#target.length) this.#grow(end);

    const target = this.#target;
    let position = writeVarint(target, bodyBytes, start);
    target[position++] = 0;
    position = writeVarlong(target, timestampDelta, position);
    position = writeVarint(target, offsetDelta, position);
    position = writeVarint(target, keyBytes, position);
    if (keyBytes > 0) position += bytes.copy(target, position, keyStart, keyEnd);
    position = writeVarint(target, valueBytes, position);
    if (valueBytes > 0) position += bytes.copy(target, position, valueStart, valueEnd);
    if (headers.length === 1) target[position] = 0;
    else headers.copy(target, position);

    this.#position = end;
    this.#count += 1;
    if (record.timestampMs > this.#maxTimestampMs) this.#maxTimestampMs = record.timestampMs;
    return true;
  }

  /**
   * Appends the lines of a run as records, as many as are there and fit, until the batch has `enoughBytes`; answers how
   * many. Where that is none, the next line is to be appended by itself.
   */
  appendLines(encoder: LineEncoder, run: LineRun, enoughBytes: number): number {
    if (this.#pool && this.#target.length < this.#pool.sizeBytes) this.#grow(this.#pool.sizeBytes);
    const end = Math.min(this.#target.length, this.#maxBytes);
    const target = {
      bytes: this.#target,
      position: this.#position,
      end,
      enough: Math.min(enoughBytes, end),
      offsetDelta: this.#count,
      timestampDelta: this.#count === 0 ? 0 : run.timestampMs - this.#firstTimestampMs,
    };
    const records = encoder.encode(run, target);
    if (records === 0) return 0;
    if (this.#count === 0) this.#firstTimestampMs = this.#maxTimestampMs = run.timestampMs;
    this.#maxTimestampMs = Math.max(this.#maxTimestampMs, run.timestampMs);
    this.#count += records;
    this.#position = target.position;
    return records;
  }

  /** The finished batch. The builder is not to be used afterwards. */
  build(producer: ProducerStamp = NO_PRODUCER): Buffer {
    const records = this.#target.subarray(BATCH.records, this.#position);
    const batch = this.#finish(compress(this.#codec, records, this.#level));
    stampProducer(batch, producer);
    return batch;
  }

  /**
   * The batch but for its producer and its checksum, which `stampProducer` gives it: a checksum is not worth making twice.
   * It is compressed on another thread. The builder is not to be used afterwards.
   */
  async buildUnstamped(): Promise<Buffer> {
    const records = this.#target.subarray(BATCH.records, this.#position);
    if (this.#codec === 'none') return this.#finish(records);
    return this.#finish(await compressAside(this.#codec, records, this.#level));
  }

  /** @param records the section of the records, maybe compressed */
  #finish(records: Buffer): Buffer {
    const batch = this.#codec === 'none' ? this.#target.subarray(0, this.#position) : this.#moved(records);
    writeInt64(batch, 0, BATCH.baseOffset);
    batch.writeInt32BE(batch.length - LOG_OVERHEAD_BYTES, BATCH.batchLength);
    batch.writeInt32BE(-1, BATCH.partitionLeaderEpoch);
    batch.writeInt8(2, BATCH.magic);
    const kind = this.#transactional ? ATTRIBUTE.transactional : 0;
    batch.writeInt16BE(CODECS.indexOf(this.#codec) | kind, BATCH.attributes);
    batch.writeInt32BE(this.#count - 1, BATCH.lastOffsetDelta);
    writeInt64(batch, this.#firstTimestampMs, BATCH.baseTimestamp);
    writeInt64(batch, this.#maxTimestampMs, BATCH.maxTimestamp);
    batch.writeInt32BE(this.#count, BATCH.recordCount);
    return batch;
  }

  #moved(records: Buffer): Buffer {
    const batch = Buffer.concat([this.#target.subarray(0, BATCH.records), records]);
    this.#pool?.give(this.#target);
    return batch;
  }

  #grow(needed: number): void {
    const grown = this.#allocate(Math.max(needed, Math.min(this.#target.length * 4, this.#maxBytes)));
    this.#target.copy(grown, 0, 0, this.#position);
    this.#target = grown;
  }

  #allocate(bytes: number): Buffer {
    const pool = this.#pool;
    return pool && bytes > pool.sizeBytes / 2 && bytes <= pool.sizeBytes
      ? pool.take()
      : Buffer.allocUnsafe(bytes);
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
