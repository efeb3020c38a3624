/**
 * The framing in which snappy-java's SnappyOutputStream writes, and so Kafka's Java clients do: a header of
 * 16 bytes, then blocks, each behind its length (int32).
 */
const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const HEADER_BYTES = 16;
const HEADER = Buffer.concat([MAGIC, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])]);

/** Bytes of plain text in a block: what snappy looks at as a whole (snappy-java's blocks are half as large). */
const BLOCK_BYTES = 64 * 1024;

export function isXerial(bytes: Buffer): boolean {
  return bytes.length >= HEADER_BYTES && bytes.subarray(0, MAGIC.length).equals(MAGIC);
}

/** What the blocks are compressed from. */
export function xerialBlocks(bytes: Buffer): Buffer[] {
  const count = Math.ceil(bytes.length / BLOCK_BYTES);
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES),
  );
}

/** A frame of compressed blocks. */
export function xerialFrame(blocks: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [HEADER];
  for (const block of blocks) {
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

/**
 * Unpacks every block, at most `maxBytes` in all. A second header in the middle is skipped, as snappy-java
 * does: it stands there where two streams were joined. Throws RangeError.
 */
export function decompressXerial(
  bytes: Buffer,
  maxBytes: number,
  uncompress: (block: Buffer, maxBytes: number) => Buffer,
): Buffer {
  const blocks: Buffer[] = [];
  let room = maxBytes;
  let position = HEADER_BYTES;
  while (position < bytes.length) {
    if (isXerial(bytes.subarray(position, position + HEADER_BYTES))) {
      position += HEADER_BYTES;
      continue;
    }
    if (position + 4 > bytes.length) throw new RangeError('a snappy block is cut off');
    const length = bytes.readUInt32BE(position);
    position += 4;
    if (length > bytes.length - position) throw new RangeError('a snappy block is cut off');
    const block = uncompress(bytes.subarray(position, position + length), room);
    room -= block.length;
    blocks.push(block);
    position += length;
  }
  return Buffer.concat(blocks);
}
