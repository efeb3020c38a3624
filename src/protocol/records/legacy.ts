import { crc32 } from 'node:zlib';
import { KctlError } from '../../base/errors.js';
import { codecOf, decompress } from '../compression.js';
import { ATTRIBUTE, LOG_OVERHEAD_BYTES, type RecordView, readInt64 } from './batch.js';
import { repairLz4Header } from './legacy-lz4.js';

/**
 * The message sets of Kafka before 0.11 (magic 0 and 1), which logs of that time still hold: each message
 * is `offset int64, size int32, crc int32, magic int8, attributes int8, [timestamp int64], key, value`.
 * A compressed message holds a whole message set as its value.
 */
export interface LegacyMessage extends RecordView {
  offset: number;
  hasAppendTime: boolean;
}

export interface LegacyOptions {
  verifyCrc: boolean;
  maxUnpackedBytes: number;
}

interface ParsedMessage extends LegacyMessage {
  magic: number;
  attributes: number;
}

const MESSAGE = { offset: 0, size: 8, crc: 12, magic: 16, attributes: 17, timestamp: 18 } as const;

/**
 * The messages of one entry of the log: itself, or those packed inside it, with their absolute offsets
 * and times. Throws KctlError CORRUPT_MESSAGE.
 */
export function readLegacyEntry(entry: Buffer, options: LegacyOptions): LegacyMessage[] {
  const wrapper = parseMessage(entry, 0, entry.length, options.verifyCrc);
  const codec = codecOf(wrapper.attributes);
  if (!codec) throw corrupt(wrapper.offset, 'has an unknown compression');
  if (codec === 'none') return [wrapper];
  if (wrapper.valueStart < 0) throw corrupt(wrapper.offset, 'is compressed but empty');
  const packed = entry.subarray(wrapper.valueStart, wrapper.valueEnd);
  const readable = codec === 'lz4' && wrapper.magic === 0 ? repairLz4Header(packed) : packed;
  return unpack(wrapper, decompress(codec, readable, options.maxUnpackedBytes));
}

/**
 * Since magic 1 the packed offsets count from 0, and the wrapper has the absolute offset of the last; its
 * time stands for all of them where the broker set it (KIP-31, KIP-32).
 */
function unpack(wrapper: ParsedMessage, bytes: Buffer): LegacyMessage[] {
  const messages: ParsedMessage[] = [];
  let position = 0;
  while (bytes.length - position > MESSAGE.attributes) {
    const end = position + LOG_OVERHEAD_BYTES + bytes.readInt32BE(position + MESSAGE.size);
    if (end <= position + MESSAGE.attributes || end > bytes.length) break;
    messages.push(parseMessage(bytes, position, end, false));
    position = end;
  }
  const last = messages.at(-1);
  if (!last || position !== bytes.length)
    throw corrupt(wrapper.offset, 'holds a message set that is cut off');
  if (wrapper.magic === 0) return messages;
  const base = wrapper.offset - last.offset;
  const hasAppendTime = (wrapper.attributes & ATTRIBUTE.logAppendTime) !== 0;
  for (const message of messages) {
    message.offset += base;
    if (!hasAppendTime) continue;
    message.timestampMs = wrapper.timestampMs;
    message.hasAppendTime = true;
  }
  return messages;
}

function parseMessage(bytes: Buffer, start: number, end: number, verifyCrc: boolean): ParsedMessage {
  const offset = readInt64(bytes, start + MESSAGE.offset);
  const magic = bytes.readInt8(start + MESSAGE.magic);
  const keyAt = start + MESSAGE.timestamp + (magic === 1 ? 8 : 0);
  if (end - keyAt < 8) throw corrupt(offset, 'is shorter than its header');
  if (
    verifyCrc &&
    crc32(bytes.subarray(start + MESSAGE.magic, end)) !== bytes.readUInt32BE(start + MESSAGE.crc)
  ) {
    throw corrupt(offset, 'does not match its checksum');
  }
  const keyBytes = bytes.readInt32BE(keyAt);
  const valueAt = keyAt + 4 + Math.max(keyBytes, 0);
  if (end - valueAt < 4) throw corrupt(offset, 'has a key longer than itself');
  const valueBytes = bytes.readInt32BE(valueAt);
  if (valueAt + 4 + Math.max(valueBytes, 0) !== end) throw corrupt(offset, 'has a value of a wrong length');
  const attributes = bytes.readInt8(start + MESSAGE.attributes);
  return {
    bytes,
    offset,
    magic,
    attributes,
    hasAppendTime: magic === 1 && (attributes & ATTRIBUTE.logAppendTime) !== 0,
    timestampMs: magic === 1 ? readInt64(bytes, start + MESSAGE.timestamp) : -1,
    keyStart: keyBytes < 0 ? -1 : keyAt + 4,
    keyEnd: keyBytes < 0 ? -1 : valueAt,
    valueStart: valueBytes < 0 ? -1 : valueAt + 4,
    valueEnd: valueBytes < 0 ? -1 : end,
  };
}

function corrupt(offset: number, problem: string): KctlError {
  return new KctlError(`the message at offset ${offset} ${problem}`, { code: 'CORRUPT_MESSAGE' });
}
