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
