import { KctlError } from '../../base/errors.js';
import { codecOf, decompress } from '../compression.js';
import { type AbortedTransaction, AbortedTransactions } from './aborted.js';
import {
  ATTRIBUTE,
  BATCH,
  LOG_OVERHEAD_BYTES,
  type RecordHeader,
  type RecordView,
  readInt64,
} from './batch.js';
import { NO_HEADERS } from './builder.js';
import { crc32c } from './crc32c.js';
import { type LegacyMessage, readLegacyEntry } from './legacy.js';
import { LineDecoder } from './line-decoder.js';

export interface CursorOptions {
  /** Records below are passed over: the broker sends whole batches, from the one that holds this offset on. */
  startOffset?: number;
  /** Of a Fetch answer for committed data; their records are passed over. */
  abortedTransactions?: readonly AbortedTransaction[];
  /** Control records and those of aborted transactions too, flagged. */
  all?: boolean;
  /** False trusts the bytes. */
  verifyCrc?: boolean;
  /** The most that one compressed batch may unpack to. */
  maxUnpackedBytes?: number;
}

const DEFAULT_MAX_UNPACKED_BYTES = 256 * 1024 * 1024;
/** Length, attributes, and five varints of one byte each. */
const MIN_RECORD_BYTES = 7;

/**
 * Walks the records of a Fetch answer in their buffer. Each `next()` fills the fields of the cursor anew;
 * it allocates nothing a record. All formats are read: record batches v2 (KIP-98) and message sets 0 and 1.
 *
 *     const cursor = new RecordCursor(records, { startOffset });
 *     while (cursor.next()) use(cursor.bytes, cursor.valueStart, cursor.valueEnd);
 *     if (cursor.error) …
 *     fetchFrom(cursor.nextOffset);
 *
 * The bytes are hostile until parsed: what is not a batch ends the walk with `error` set, after the records
 * that came before it. A batch cut off at the end, as brokers send it, is no error.
 */
export class RecordCursor implements RecordView {
  bytes: Buffer;
  keyStart = -1;
  keyEnd = -1;
  valueStart = -1;
  valueEnd = -1;
  timestampMs = -1;
  offset: number;
  headerCount = 0;
  /** The time was set by the broker (`message.timestamp.type=LogAppendTime`), not by the producer. */
  hasAppendTime = false;
  /** A marker of a transaction's end rather than a record; seen with `all` only. */
  isControl = false;
  /** Of a transaction that was aborted; seen with `all` only. */
  isAborted = false;
  /** Epoch of the leader that wrote the batch; -1 in formats before v2. */
  leaderEpoch = -1;
  /** The code is CORRUPT_MESSAGE, UNSUPPORTED_FOR_MESSAGE_FORMAT or CODEC_NOT_AVAILABLE. */
  error: KctlError | undefined;

  readonly #input: Buffer;
  readonly #lineDecoder: LineDecoder | undefined;
  readonly #startOffset: number;
  readonly #all: boolean;
  readonly #verifyCrc: boolean;
  readonly #maxUnpackedBytes: number;
  readonly #aborted: AbortedTransactions;

  #inputPosition = 0;
  #position = 0;
  #end = 0;
  #remaining = 0;
  #headersStart = 0;
  #headersEnd = 0;
  #baseOffset = 0;
  #baseTimestampMs = 0;
  #appendTimeMs = 0;
  #behindBatch: number;
  #legacy: LegacyMessage[] | undefined;

  constructor(records: Buffer, options: CursorOptions = {}) {
    this.bytes = records;
    this.#input = records;
    this.#lineDecoder = LineDecoder.of(records);
    this.#startOffset = options.startOffset ?? 0;
    this.#all = options.all ?? false;
    this.#verifyCrc = options.verifyCrc ?? true;
    this.#maxUnpackedBytes = options.maxUnpackedBytes ?? DEFAULT_MAX_UNPACKED_BYTES;
    this.#aborted = new AbortedTransactions(options.abortedTransactions ?? []);
    this.#behindBatch = this.#startOffset;
    this.offset = this.#startOffset - 1;
  }

  /** Goes to the next record; false at the end or at an error. */
  next(): boolean {
    for (;;) {
      if (this.#remaining === 0) {
        if (!this.#nextBatch()) return false;
      } else if (this.#legacy) {
        this.#takeLegacy(this.#legacy);
        if (this.offset >= this.#startOffset) return true;
      } else {
        if (!this.#readRecord()) return false;
        if (this.offset >= this.#startOffset) return true;
      }
    }
  }

  /** Where to fetch from next: behind everything that was walked, the records passed over included. */
  get nextOffset(): number {
    return this.#remaining > 0 ? Math.max(this.offset + 1, this.#startOffset) : this.#behindBatch;
  }

  /**
   * The end of the record in `bytes`, when all of it up to there may be overwritten without harm to what comes behind;
   * -1 in formats before v2.
   */
  get recordEnd(): number {
    return this.#legacy ? -1 : this.#headersEnd;
  }

  /**
   * Makes lines of the values of records that follow in this batch, at `to` in `bytes`, which is not behind `recordEnd`.
   * Stops before a record that is to be looked at by itself, takes none where it cannot be done, and leaves only `offset`
   * and `recordEnd` to be used.
   * @param most records to be taken
   * @param endOffset records from there on are not
   * @param enough once the lines reach it no more records are taken
   * @returns how many were taken, and where the lines end
   */
  takeLines(to: number, most: number, endOffset: number, enough: number): { records: number; to: number } {
    const start = this.#position;
    const decoder = this.bytes === this.#input ? this.#lineDecoder : undefined;
    if (!decoder || this.#remaining === 0) return { records: 0, to };
    const taken = decoder.decode({
      ...{ start, end: this.#end, remaining: this.#remaining, most, to, enough },
      fromDelta: Math.max(0, this.#startOffset - this.#baseOffset),
      beforeDelta: endOffset - this.#baseOffset,
    });
    if (taken.records > 0) {
      this.offset = this.#baseOffset + taken.offsetDelta;
      this.#position = this.#headersEnd = taken.start;
      this.#remaining -= taken.records;
    }
    return { records: taken.records, to: taken.to };
  }

  /**
   * Passes over records of this batch that end by `position` in `bytes`, by their lengths alone, unless some of the batch
   * are at `endOffset` or behind; `next` is to be called then.
   * @returns how many
   */
  passUpTo(position: number, endOffset: number): number {
    if (this.#legacy || this.#behindBatch > endOffset) return 0;
    let passed = 0;
    for (; this.#remaining > 0; passed++) {
      const start = this.#position;
      const recordEnd = this.#readVarint() + this.#position;
      // The last one is to fill the batch: `next` tells where it does not.
      const isWhole =
        recordEnd > start && (this.#remaining > 1 ? recordEnd < this.#end : recordEnd === this.#end);
      this.#position = isWhole && recordEnd <= position ? recordEnd : start;
      if (this.#position === start) break;
      this.#remaining -= 1;
    }
    return passed;
  }

  /** The record's headers; the buffers are views of `bytes`. */
  headers(): RecordHeader[] {
    const headers: RecordHeader[] = [];
    const resume = this.#position;
    this.#position = this.#headersStart;
    const count = this.headerCount === 0 ? 0 : this.#readVarint();
    for (let index = 0; index < count; index++) {
      const keyBytes = this.#readVarint();
      const key = this.bytes.subarray(this.#position, this.#position + keyBytes);
      this.#position += keyBytes;
      const valueBytes = this.#readVarint();
      const value = valueBytes < 0 ? null : this.bytes.subarray(this.#position, this.#position + valueBytes);
      this.#position += Math.max(valueBytes, 0);
      headers.push({ key, value });
    }
    this.#position = resume;
    return headers;
  }

  /** The headers as they are encoded, for RecordBatchBuilder.append. */
  headerSection(): Buffer {
    return this.headerCount === 0 ? NO_HEADERS : this.bytes.subarray(this.#headersStart, this.#headersEnd);
  }

  /** Opens the next batch whose records are wanted. */
  #nextBatch(): boolean {
    const input = this.#input;
    while (!this.error) {
      const start = this.#inputPosition;
      if (input.length - start <= BATCH.magic) return false;
      const length = input.readInt32BE(start + BATCH.batchLength);
      if (length <= BATCH.magic - LOG_OVERHEAD_BYTES) return this.#fail(start, 'has an impossible length');
      const end = start + LOG_OVERHEAD_BYTES + length;
      if (end > input.length) return false;
      const magic = input.readInt8(start + BATCH.magic);
      try {
        const opened = magic === 2 ? this.#openBatch(start, end) : this.#openLegacy(start, end, magic);
        if (opened) return true;
      } catch (error) {
        if (!(error instanceof KctlError)) throw error;
        this.error = error;
      }
    }
    return false;
  }

  /** Answers whether the batch holds records to be walked; sets `error` where it is corrupt. */
  #openBatch(start: number, end: number): boolean {
    const input = this.#input;
    if (end - start < BATCH.records) return this.#fail(start, 'is shorter than its header');
    const baseOffset = readInt64(input, start + BATCH.baseOffset);
    const lastOffset = baseOffset + input.readInt32BE(start + BATCH.lastOffsetDelta);
    const count = input.readInt32BE(start + BATCH.recordCount);
    if (baseOffset < 0 || lastOffset < baseOffset || lastOffset >= Number.MAX_SAFE_INTEGER || count < 0) {
      return this.#fail(start, 'has impossible offsets');
    }
    if (this.#verifyCrc) {
      const crc = crc32c(input.subarray(start + BATCH.attributes, end));
      if (crc !== input.readUInt32BE(start + BATCH.crc)) {
        return this.#fail(start, 'does not match its checksum');
      }
    }
    const attributes = input.readInt16BE(start + BATCH.attributes);
    const codec = codecOf(attributes);
    if (!codec) return this.#fail(start, 'has an unknown compression');
    this.isControl = (attributes & ATTRIBUTE.control) !== 0;
    this.isAborted = this.#aborted.judge(input, start, attributes, lastOffset);
    const skipped = !this.#all && (this.isControl || this.isAborted);
    if (count === 0 || skipped || lastOffset < this.#startOffset) return this.#pass(end, lastOffset);

    const packed = codec !== 'none';
    const records = input.subarray(start + BATCH.records, end);
    const bytes = packed ? decompress(codec, records, this.#maxUnpackedBytes) : input;
    const position = packed ? 0 : start + BATCH.records;
    this.#end = packed ? bytes.length : end;
    if (count * MIN_RECORD_BYTES > this.#end - position) return this.#fail(start, 'counts too many records');
    this.bytes = bytes;
    this.#position = position;
    this.#legacy = undefined;
    this.#remaining = count;
    this.#baseOffset = baseOffset;
    this.#baseTimestampMs = readInt64(input, start + BATCH.baseTimestamp);
    this.hasAppendTime = (attributes & ATTRIBUTE.logAppendTime) !== 0;
    this.#appendTimeMs = readInt64(input, start + BATCH.maxTimestamp);
    this.leaderEpoch = input.readInt32BE(start + BATCH.partitionLeaderEpoch);
    this.#pass(end, lastOffset);
    return true;
  }

  /** Moves behind a batch whose last offset is given. */
  #pass(end: number, lastOffset: number): false {
    this.#inputPosition = end;
    this.#behindBatch = Math.max(lastOffset + 1, this.#startOffset);
    return false;
  }

  /** One record: length, attributes, timestamp delta, offset delta, key, value, headers (KIP-98). */
  #readRecord(): boolean {
    const length = this.#readVarint();
    const recordEnd = this.#position + length;
    if (length < MIN_RECORD_BYTES - 1 || recordEnd > this.#end) return this.#failRecord();
    this.#position += 1;
    const timestampDelta = this.#readVarlong();
    const offsetDelta = this.#readVarint();
    const keyBytes = this.#readVarint();
    this.keyStart = keyBytes < 0 ? -1 : this.#position;
    if (keyBytes > 0) this.#position += keyBytes;
    this.keyEnd = keyBytes < 0 ? -1 : this.#position;
    const valueBytes = this.#readVarint();
    this.valueStart = valueBytes < 0 ? -1 : this.#position;
    if (valueBytes > 0) this.#position += valueBytes;
    this.valueEnd = valueBytes < 0 ? -1 : this.#position;
    this.#headersStart = this.#position;
    this.#headersEnd = recordEnd;
    const headerCount = this.#readVarint();
    if (headerCount !== 0 && !this.#passHeaders(headerCount, recordEnd)) return this.#failRecord();
    if (this.#position !== recordEnd || offsetDelta < 0) return this.#failRecord();
    if (this.#remaining === 1 && recordEnd !== this.#end) return this.#failRecord();

    this.headerCount = headerCount;
    this.offset = this.#baseOffset + offsetDelta;
    this.timestampMs = this.hasAppendTime ? this.#appendTimeMs : this.#baseTimestampMs + timestampDelta;
    this.#remaining -= 1;

    return true;
  }

  /** Passes over headers; false where they do not fit into the record. */
  #passHeaders(count: number, recordEnd: number): boolean {
    if (count < 0 || count * 2 > recordEnd - this.#position) return false;
    for (let index = 0; index < count; index++) {
      const keyBytes = this.#readVarint();
      if (keyBytes < 0) return false;
      this.#position += keyBytes;
      const valueBytes = this.#readVarint();
      if (valueBytes > 0) this.#position += valueBytes;
      if (this.#position > recordEnd) return false;
    }
    return true;
  }

  /**
   * A zigzag varint of 32 bits. Behind the end of the bytes it reads zeros, and one that is too long moves
   * the position far away: either way the position is then not where the record ends.
   */
  #readVarint(): number {
    const bytes = this.bytes;
    let byte = bytes[this.#position++] as number;
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
    let raw = byte & 0x7f;
    for (let shift = 7; shift <= 28; shift += 7) {
      byte = bytes[this.#position++] as number;
      raw |= (byte & 0x7f) << shift;
      if (!(byte >= 0x80)) return (raw >>> 1) ^ -(raw & 1);
    }
    this.#position = Number.MAX_SAFE_INTEGER;
    return 0;
  }

  /** A zigzag varint of 64 bits, as a double. */
  #readVarlong(): number {
    const bytes = this.bytes;
    let raw = 0;
    let factor = 1;
    for (let index = 0; index < 10; index++) {
      const byte = bytes[this.#position++] as number;
      raw += (byte & 0x7f) * factor;
      if (!(byte >= 0x80)) return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
      factor *= 0x80;
    }
    this.#position = Number.MAX_SAFE_INTEGER;
    return 0;
  }

  #openLegacy(start: number, end: number, magic: number): boolean {
    if (magic !== 0 && magic !== 1) return this.#fail(start, `has the unknown format ${magic}`);
    const entry = this.#input.subarray(start, end);
    const messages = readLegacyEntry(entry, {
      verifyCrc: this.#verifyCrc,
      maxUnpackedBytes: this.#maxUnpackedBytes,
    });
    this.#legacy = messages;
    this.#remaining = messages.length;
    this.#pass(end, readInt64(entry, BATCH.baseOffset));
    this.isControl = false;
    this.isAborted = false;
    this.leaderEpoch = -1;
    this.headerCount = 0;
    return messages.length > 0;
  }

  #takeLegacy(messages: LegacyMessage[]): void {
    const message = messages[messages.length - this.#remaining] as LegacyMessage;
    this.#remaining -= 1;
    this.bytes = message.bytes;
    this.keyStart = message.keyStart;
    this.keyEnd = message.keyEnd;
    this.valueStart = message.valueStart;
    this.valueEnd = message.valueEnd;
    this.timestampMs = message.timestampMs;
    this.hasAppendTime = message.hasAppendTime;
    this.offset = message.offset;
  }

  #fail(start: number, problem: string): false {
    const offset = readInt64(this.#input, start + BATCH.baseOffset);
    this.error = new KctlError(`the record batch at offset ${offset} ${problem}`, {
      code: 'CORRUPT_MESSAGE',
    });
    return false;
  }

  #failRecord(): false {
    this.#behindBatch = this.nextOffset;
    this.#remaining = 0;
    this.error = new KctlError(`the record behind offset ${this.offset} is not well-formed`, {
      code: 'CORRUPT_MESSAGE',
    });
    return false;
  }
}
