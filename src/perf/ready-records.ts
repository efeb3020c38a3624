import type { ReadyBatch } from '../client/producer-batch.js';
import { CODECS, type Codec, compress } from '../protocol/compression.js';
import { ATTRIBUTE, BATCH, LOG_OVERHEAD_BYTES, writeInt64 } from '../protocol/records/batch.js';
import { type BufferPool, RecordBatchBuilder } from '../protocol/records/builder.js';

export interface ReadyOptions {
  codec: Codec;
  level?: number | undefined;
  transactional: boolean;
}

/**
 * Records that are encoded once and written again and again: what a producer costs is then what sending costs.
 * A batch takes the first so many of them, with the time at which it is made; each is compressed anew.
 */
export class ReadyRecords {
  readonly #records: Buffer;
  /** Where each record ends. */
  readonly #ends: number[] = [];
  readonly #payloadEnds: number[] = [];

  /** @param payloads values that take turns until the batch is full */
  constructor(
    payloads: readonly Buffer[],
    batchBytes: number,
    private readonly options: ReadyOptions,
  ) {
    const builder = new RecordBatchBuilder({ maxBytes: batchBytes, expectedBytes: batchBytes });
    const record = { keyStart: -1, keyEnd: -1, valueStart: 0, timestampMs: 0 };
    for (let index = 0; ; index++) {
      const bytes = payloads[index % payloads.length] ?? Buffer.alloc(0);
      if (!builder.append({ ...record, bytes, valueEnd: bytes.length })) break;
      this.#payloadEnds.push((this.#payloadEnds.at(-1) ?? 0) + bytes.length);
      this.#ends.push(builder.sizeBytes);
      if (builder.sizeBytes >= batchBytes) break;
    }
    this.#records = builder.build();
  }

  /** The most records that a batch has. */
  get most(): number {
    return this.#ends.length;
  }

  /** A batch of the first `count` records, but for its checksum. */
  batch(count: number, timestampMs: number, pool?: BufferPool): ReadyBatch {
    const { codec, level, transactional } = this.options;
    const unpackedBytes = this.#ends[count - 1] ?? BATCH.records;
    const whole = this.#records.subarray(0, unpackedBytes);
    const bytes = codec === 'none' ? copyOf(whole, pool) : packed(whole, codec, level);
    bytes.writeInt32BE(bytes.length - LOG_OVERHEAD_BYTES, BATCH.batchLength);
    bytes.writeInt16BE(
      CODECS.indexOf(codec) | (transactional ? ATTRIBUTE.transactional : 0),
      BATCH.attributes,
    );
    bytes.writeInt32BE(count - 1, BATCH.lastOffsetDelta);
    writeInt64(bytes, timestampMs, BATCH.baseTimestamp);
    writeInt64(bytes, timestampMs, BATCH.maxTimestamp);
    bytes.writeInt32BE(count, BATCH.recordCount);
    return { bytes, count, unpackedBytes, payloadBytes: this.#payloadEnds[count - 1] ?? 0 };
  }
}

function copyOf(whole: Buffer, pool: BufferPool | undefined): Buffer {
  const bytes =
    pool && whole.length > pool.sizeBytes / 2 && whole.length <= pool.sizeBytes
      ? pool.take().subarray(0, whole.length)
      : Buffer.allocUnsafe(whole.length);
  whole.copy(bytes);
  return bytes;
}

function packed(whole: Buffer, codec: Codec, level: number | undefined): Buffer {
  return Buffer.concat([
    whole.subarray(0, BATCH.records),
    compress(codec, whole.subarray(BATCH.records), level),
  ]);
}
