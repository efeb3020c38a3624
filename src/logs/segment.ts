import { crc32 } from 'node:zlib';
import type { KctlError } from '../base/errors.js';
import { codecOf } from '../protocol/compression.js';
import { ATTRIBUTE, BATCH, LOG_OVERHEAD_BYTES, readInt64 } from '../protocol/records/batch.js';
import { crc32c } from '../protocol/records/crc32c.js';
import type { BatchEntry, Fault } from './types.js';
import type { FileWindow } from './window.js';

/** A longer batch is a length that was damaged: brokers take up to message.max.bytes, which is a megabyte by default. */
const mostBatchBytes = 256 * 1024 * 1024;
/** By format. */
const leastBatchBytes = [26, 34, BATCH.records];
const deleteHorizonBit = 0x40;

/** A batch and its bytes, which hold until the next one is asked for. */
export interface ReadBatch {
  batch: BatchEntry;
  bytes: Buffer;
}

/**
 * The batches of a segment, or of a snapshot of KRaft's metadata, one after another. A batch that fails its checksum
 * is given, marked, and a fault after it; where a length is damaged the reading ends, as nothing says where the
 * next one begins.
 */
export async function* readSegment(window: FileWindow): AsyncGenerator<ReadBatch | Fault> {
  let position = 0;
  let lastOffset = -1;
  while (position < window.size) {
    const header = await window.at(position, BATCH.records);
    const rest = window.size - position;
    if (rest <= BATCH.magic) return yield cutOff(position, rest);
    const length = header.readInt32BE(BATCH.batchLength);
    const magic = header.readInt8(BATCH.magic);
    const sizeBytes = LOG_OVERHEAD_BYTES + length;
    if (isZero(header)) return yield fault(position, `zeros from here on, ${rest} bytes`);
    if (magic < 0 || magic > 2) return yield fault(position, `a batch has the unknown format ${magic}`);
    if (sizeBytes < (leastBatchBytes[magic] ?? 0) || sizeBytes > mostBatchBytes)
      return yield fault(position, `a batch has the impossible length ${length}`);
    if (sizeBytes > rest) return yield cutOff(position, rest, sizeBytes);
    const bytes = await window.at(position, sizeBytes);
    if (bytes.length < sizeBytes) return yield cutOff(position, bytes.length, sizeBytes);
    const batch = magic === 2 ? batchOf(bytes, position) : legacyOf(bytes, position);
    yield { batch, bytes };
    if (!batch.valid) yield fault(position, `the batch at offset ${batch.baseOffset} fails its checksum`);
    if (batch.baseOffset <= lastOffset)
      yield fault(position, `offset ${batch.baseOffset} comes behind offset ${lastOffset}`);
    lastOffset = Math.max(lastOffset, batch.lastOffset);
    position += sizeBytes;
  }
}

export function fault(position: number, problem: string): Fault {
  return { entry: 'fault', position, problem };
}

function cutOff(position: number, rest: number, sizeBytes?: number): Fault {
  const needed = sizeBytes === undefined ? 'is cut off in its header' : `needs ${sizeBytes} bytes`;
  return fault(position, `a batch ${needed}, and the file ends after ${rest}`);
}

const isZero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0);

function batchOf(bytes: Buffer, position: number): BatchEntry {
  const attributes = bytes.readInt16BE(BATCH.attributes);
  const baseOffset = readInt64(bytes, BATCH.baseOffset);
  const lastDelta = bytes.readInt32BE(BATCH.lastOffsetDelta);
  const baseSequence = bytes.readInt32BE(BATCH.baseSequence);
  const crc = bytes.readUInt32BE(BATCH.crc);
  return {
    entry: 'batch',
    position,
    sizeBytes: bytes.length,
    baseOffset,
    lastOffset: baseOffset + lastDelta,
    count: bytes.readInt32BE(BATCH.recordCount),
    magic: 2,
    compression: codecOf(attributes) ?? null,
    timestamp: readInt64(bytes, BATCH.maxTimestamp),
    timestampType: attributes & ATTRIBUTE.logAppendTime ? 'LogAppendTime' : 'CreateTime',
    partitionLeaderEpoch: bytes.readInt32BE(BATCH.partitionLeaderEpoch),
    producerId: bytes.readBigInt64BE(BATCH.producerId),
    producerEpoch: bytes.readInt16BE(BATCH.producerEpoch),
    baseSequence,
    lastSequence: baseSequence < 0 ? -1 : sequenceAfter(baseSequence, lastDelta),
    isTransactional: (attributes & ATTRIBUTE.transactional) !== 0,
    isControl: (attributes & ATTRIBUTE.control) !== 0,
    deleteHorizonMs: attributes & deleteHorizonBit ? readInt64(bytes, BATCH.baseTimestamp) : null,
    crc,
    valid: crc32c(bytes.subarray(BATCH.attributes)) === crc,
  };
}

/** Sequences begin anew behind the largest int32 (DefaultRecordBatch.incrementSequence). */
function sequenceAfter(sequence: number, delta: number): number {
  return (sequence + delta) % 2 ** 31;
}

/** Formats 0 and 1 have neither count nor producer; the offset of a packed set is that of its last message. */
function legacyOf(bytes: Buffer, position: number): BatchEntry {
  const attributes = bytes.readInt8(BATCH.magic + 1);
  const magic = bytes.readInt8(BATCH.magic);
  const offset = readInt64(bytes, BATCH.baseOffset);
  const crc = bytes.readUInt32BE(LOG_OVERHEAD_BYTES);
  return {
    entry: 'batch',
    position,
    sizeBytes: bytes.length,
    baseOffset: offset,
    lastOffset: offset,
    count: null,
    magic,
    compression: codecOf(attributes) ?? null,
    timestamp: magic === 1 ? readInt64(bytes, BATCH.magic + 2) : -1,
    timestampType: attributes & ATTRIBUTE.logAppendTime ? 'LogAppendTime' : 'CreateTime',
    partitionLeaderEpoch: -1,
    producerId: -1n,
    producerEpoch: -1,
    baseSequence: -1,
    lastSequence: -1,
    isTransactional: false,
    isControl: false,
    deleteHorizonMs: null,
    crc,
    valid: crc32(bytes.subarray(BATCH.magic)) === crc,
  };
}

/** A fault of a batch's records, found when they are walked. */
export function recordFault(position: number, error: KctlError): Fault {
  return fault(position, error.words ? `${error.message}: ${error.words}` : error.message);
}
