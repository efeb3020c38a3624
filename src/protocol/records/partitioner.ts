/**
 * The 32-bit murmur2 of Kafka's clients (org.apache.kafka.common.utils.Utils.murmur2), signed as Java's int.
 * Every Kafka client that agrees on it sends a key to the same partition.
 */
export function murmur2(bytes: Buffer, start = 0, end = bytes.length): number {
  const multiplier = 0x5bd1e995;
  const length = end - start;
  let hash = 0x9747b28c ^ length;
  let position = start;
  for (; position + 4 <= end; position += 4) {
    let word = Math.imul(bytes.readInt32LE(position), multiplier);
    word = Math.imul(word ^ (word >>> 24), multiplier);
    hash = Math.imul(hash, multiplier) ^ word;
  }
  if (position < end) {
    hash ^= bytes.readUIntLE(position, end - position);
    hash = Math.imul(hash, multiplier);
  }
  hash = Math.imul(hash ^ (hash >>> 13), multiplier);
  return hash ^ (hash >>> 15);
}

/** The partition of a key among all partitions of a topic, with or without a leader (Kafka's default). */
export function partitionForKey(bytes: Buffer, start: number, end: number, partitionCount: number): number {
  return (murmur2(bytes, start, end) & 0x7fffffff) % partitionCount;
}

/** How the partition of a record is chosen. */
export const PARTITIONERS = ['murmur2', 'crc32', 'roundrobin', 'random'] as const;
export type Partitioner = (typeof PARTITIONERS)[number];

/** The partition of a key as librdkafka chooses it (`consistent`, its default for records with a key). */
export function partitionForKeyByCrc32(
  bytes: Buffer,
  start: number,
  end: number,
  partitionCount: number,
): number {
  crc32Table ??= makeCrc32Table();
  let crc = 0xffffffff;
  for (let at = start; at < end; at++)
    crc = (crc >>> 8) ^ (crc32Table[(crc ^ (bytes[at] as number)) & 0xff] as number);
  return (~crc >>> 0) % partitionCount;
}

let crc32Table: Uint32Array | undefined;

/** IEEE 802.3. */
function makeCrc32Table(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    return crc;
  });
}
