import { KctlError } from '../base/errors.js';
import { groupByTopic, partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { alterPartitionReassignments } from '../protocol/messages/alter-partition-reassignments.js';

export interface WantedReassignment extends TopicPartition {
  /** Null takes back what is under way. */
  replicas: number[] | null;
}

export interface RefusedReassignment {
  code: string;
  message: string;
}

/**
 * Begins reassignments, or takes them back (KIP-455).
 * @returns by partition name what the controller refuses; `unknown` when its answer was lost, and looking has to tell
 * @throws KctlError when it refuses all
 */
export async function alterReassignments(
  cluster: Cluster,
  wanted: readonly WantedReassignment[],
): Promise<Map<string, RefusedReassignment> | 'unknown'> {
  const topics = [...groupByTopic(wanted)].map(([name, partitions]) => ({
    name,
    partitions: partitions.map(({ partition, replicas }) => ({ partitionIndex: partition, replicas })),
  }));
  const body = { timeoutMs: cluster.wire.brokerTimeoutMs(), topics };
  const answer = await cluster.wire
    .request(alterPartitionReassignments, body, 'controller')
    .catch((error) => {
      if (error instanceof KctlError && error.code === 'ANSWER_LOST') return 'unknown' as const;
      throw error;
    });
  if (answer === 'unknown') return answer;
  const { name, message } = errorOf(answer.errorCode);
  if (name === 'REQUEST_TIMED_OUT' || name === 'NOT_CONTROLLER') return 'unknown';
  if (name !== 'NONE') {
    throw new KctlError('the controller refuses to reassign', {
      code: name,
      words: answer.errorMessage ?? message,
    });
  }
  const refused = new Map<string, RefusedReassignment>();
  for (const { name: topic, partitions } of answer.responses) {
    for (const { partitionIndex, errorCode, errorMessage } of partitions) {
      if (errorCode === 0) continue;
      const error = errorOf(errorCode);
      const subject = partitionName({ topic, partition: partitionIndex });
      refused.set(subject, { code: error.name, message: errorMessage ?? error.message });
    }
  }
  return refused;
}
