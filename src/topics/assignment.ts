import { usageError } from '../base/errors.js';

/**
 * Parses Kafka's own notation of replicas: brokers of a partition between colons, partitions between commas.
 * `1:2,2:3` puts partition 0 on brokers 1 and 2 (1 preferred as leader) and partition 1 on 2 and 3.
 */
export function parseReplicaAssignment(text: string): number[][] {
  const assignment = text.split(',').map((partition) => partition.split(':').map(parseBrokerId));
  for (const [partition, replicas] of assignment.entries()) {
    if (new Set(replicas).size !== replicas.length) {
      throw usageError(`partition ${partition} of "${text}" names a broker twice`);
    }
    if (replicas.length !== assignment[0]?.length) {
      throw usageError(
        `"${text}" gives partitions different numbers of replicas`,
        'Kafka takes one replication factor a topic here.',
      );
    }
  }
  return assignment;
}

function parseBrokerId(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw usageError(
    `"${text}" is not a broker id`,
    'Write for example 1:2,2:3 for two partitions of two replicas.',
  );
}
