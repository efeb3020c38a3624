/**
 * How large a compressed text may become, read from its block headers without unpacking it: the native
 * codecs take no limit, and a few hostile bytes can stand for gigabytes. Each function throws a RangeError
 * on a text that is not of its format; sizes are bytes.
 */

/** A raw snappy block begins with its unpacked length, a varint (format_description.txt, "Preamble"). */
export function snappyBlockBound(block: Buffer): number {
  let length = 0;
  for (let index = 0; index < 5; index++) {
    const byte = block[index];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return length;
  }
  throw new RangeError('the length at its beginning is cut off');
}

const LZ4_MAGIC = 0x184d2204;
/** No LZ4 sequence stands for more than 255 bytes a byte of input. */
const LZ4_MAX_RATIO = 255;

/** An LZ4 frame: the sum over its blocks of the least of block size and best possible ratio. */
export function lz4Bound(frame: Buffer): number {
  if (frame.length < 7 || frame.readUInt32LE(0) !== LZ4_MAGIC) throw new RangeError('not an LZ4 frame');
  const flags = frame.readUInt8(4);
  const sizeCode = (frame.readUInt8(5) >> 4) & 0x07;
  if (sizeCode < 4) throw new RangeError('an LZ4 block size that is not defined');
  const blockBytes = 2 ** (8 + 2 * sizeCode);
  const blockChecksumBytes = flags & 0x10 ? 4 : 0;
  let position = 7 + (flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0);
  let bound = 0;
  for (;;) {
    if (position + 4 > frame.length) throw new RangeError('the LZ4 frame is cut off');
    const header = frame.readUInt32LE(position);
    if (header === 0) return bound;
    const size = header & 0x7fffffff;
    bound += header >>> 31 ? size : Math.min(blockBytes, size * LZ4_MAX_RATIO);
    position += 4 + size + blockChecksumBytes;
  }
}

const ZSTD_MAGIC = 0xfd2fb528;
const ZSTD_MAX_BLOCK_BYTES = 128 * 1024;
const ZSTD_BLOCK = { raw: 0, rle: 1, compressed: 2 } as const;

/** Zstandard frames (RFC 8878), one after the other: no block is larger than 128 KiB unpacked. */
export function zstdBound(bytes: Buffer): number {
  let position = 0;
  let bound = 0;
  while (position < bytes.length) {
    if (position + 5 > bytes.length) throw new RangeError('the Zstandard frame is cut off');
    const magic = bytes.readUInt32LE(position);
    if ((magic & 0xfffffff0) >>> 0 === 0x184d2a50) {
      if (position + 8 > bytes.length) throw new RangeError('the Zstandard frame is cut off');
      position += 8 + bytes.readUInt32LE(position + 4);
      continue;
    }
    if (magic !== ZSTD_MAGIC) throw new RangeError('not a Zstandard frame');
    const descriptor = bytes.readUInt8(position + 4);
    position += 4 + zstdHeaderBytes(descriptor);
    let last = false;
    while (!last) {
      if (position + 3 > bytes.length) throw new RangeError('the Zstandard frame is cut off');
      const header = bytes.readUIntLE(position, 3);
      last = (header & 1) === 1;
      const type = (header >> 1) & 3;
      const size = header >> 3;
      if (type > ZSTD_BLOCK.compressed) throw new RangeError('a Zstandard block of a reserved type');
      bound += type === ZSTD_BLOCK.compressed ? ZSTD_MAX_BLOCK_BYTES : size;
      position += 3 + (type === ZSTD_BLOCK.rle ? 1 : size);
    }
    if (descriptor & 0x04) position += 4;
  }
  return bound;
}

/** The frame header's descriptor and the fields it announces, without the magic number. */
function zstdHeaderBytes(descriptor: number): number {
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionaryIdBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentSizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  return 1 + (singleSegment ? 0 : 1) + dictionaryIdBytes + contentSizeBytes;
}
