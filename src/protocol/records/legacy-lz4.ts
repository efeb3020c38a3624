/**
 * In message format 0 Kafka computed the checksum of an LZ4 frame's header over the magic number too
 * (KAFKA-3160), so that no other reader takes such a frame. Answers a copy whose checksum is right;
 * a frame without room for a header is handed back for the codec to refuse.
 */
export function repairLz4Header(frame: Buffer): Buffer {
  const descriptorBytes = 2 + (frame.length > 4 && frame.readUInt8(4) & 0x08 ? 8 : 0);
  const checksumAt = 4 + descriptorBytes;
  if (frame.length <= checksumAt) return frame;
  const repaired = Buffer.from(frame);
  repaired[checksumAt] = (xxh32Short(frame.subarray(4, checksumAt)) >>> 8) & 0xff;
  return repaired;
}

const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;
const PRIME_3 = 0xc2b2ae3d;
const PRIME_4 = 0x27d4eb2f;
const PRIME_5 = 0x165667b1;

const rotateLeft = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

/** xxHash32 with seed 0 of fewer than 16 bytes, as its specification defines it for short inputs. */
function xxh32Short(bytes: Buffer): number {
  let hash = (PRIME_5 + bytes.length) | 0;
  let position = 0;
  for (; position + 4 <= bytes.length; position += 4) {
    hash = (hash + Math.imul(bytes.readInt32LE(position), PRIME_3)) | 0;
    hash = Math.imul(rotateLeft(hash, 17), PRIME_4);
  }
  for (; position < bytes.length; position++) {
    hash = (hash + Math.imul(bytes.readUInt8(position), PRIME_5)) | 0;
    hash = Math.imul(rotateLeft(hash, 11), PRIME_1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
  return (hash ^ (hash >>> 16)) >>> 0;
}
