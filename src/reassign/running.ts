import { KctlError } from '../base/errors.js';
import type { TopicPartition } from '../client/fetch-leaders.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { listPartitionReassignments } from '../protocol/messages/list-partition-reassignments.js';
import type { PlannedMove } from './plan/types.js';

/** A reassignment that the controller carries out at present (KIP-455). */
export interface RunningReassignment extends TopicPartition {
  /** All that hold a replica now, those on their way in and out too. */
  replicas: number[];
  adding: number[];
  removing: number[];
}

/** All that are running, by topic and partition. @throws KctlError with the controller's own words */
export async function askReassignments(cluster: Cluster): Promise<RunningReassignment[]> {
  const body = { timeoutMs: cluster.wire.brokerTimeoutMs(), topics: null };
  const { errorCode, errorMessage, topics } = await cluster.wire.request(
    listPartitionReassignments,
    body,
    'controller',
  );
  if (errorCode !== 0) {
    const { name: code, message } = errorOf(errorCode);
    throw new KctlError('the running reassignments cannot be listed', {
      code,
      words: errorMessage ?? message,
    });
  }
  return topics
    .flatMap(({ name: topic, partitions }) =>
      partitions.map(({ partitionIndex, replicas, addingReplicas, removingReplicas }) => ({
        topic,
        partition: partitionIndex,
        replicas,
        adding: addingReplicas,
        removing: removingReplicas,
      })),
    )
    .sort((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition));
}

/** What a reassignment makes of the replicas: all that there are meanwhile, without those that it takes away. */
export function targetOf({ replicas, removing }: RunningReassignment): number[] {
  return replicas.filter((id) => !removing.includes(id));
}

/** The same as a move of a plan, of which nobody has told the size. */
export function asMove(running: RunningReassignment): PlannedMove {
  const { topic, partition, replicas, adding } = running;
  const from = replicas.filter((id) => !adding.includes(id));
  return { topic, partition, from, to: targetOf(running), sizeBytes: null };
}
