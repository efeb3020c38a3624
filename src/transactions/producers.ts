import { Deadline } from '../base/deadline.js';
import { type ItemError, itemError, listDocument } from '../base/result.js';
import { groupByTopic, LeaderTable, partitionName } from '../client/fetch-leaders.js';
import { partitionError } from '../client/offsets.js';
import type { Cluster } from '../cluster/index.js';
import { comparePartitions } from '../groups/offsets.js';
import { errorOf } from '../protocol/errors.js';
import { describeProducers as describeProducersApi } from '../protocol/messages/describe-producers.js';
import { findPartitions, type PartitionWord } from '../topics/partitions.js';
import type { ProducerDescription, ProducerDescriptionList } from './types.js';

const leaderNotAvailable = 5;
const partitionsPerRequest = 2000;

/** The producers that the leaders of partitions know; a partition without a leader is an error of its own. */
export async function describeProducers(
  cluster: Cluster,
  words: readonly PartitionWord[],
): Promise<ProducerDescriptionList> {
  const { items, errors } = await askProducers(cluster, words);
  return listDocument('ProducerDescriptionList', 1, items, errors);
}

export async function askProducers(
  cluster: Cluster,
  words: readonly PartitionWord[],
): Promise<{ items: ProducerDescription[]; errors: ItemError[] }> {
  const { topics, partitions, errors } = await findPartitions(cluster, words);
  const leaders = new LeaderTable(
    cluster.wire,
    topics.map(({ name }) => name),
  );
  if (topics.length > 0) await leaders.refresh(new Deadline(cluster.wire.deadline.remainingMs()));
  const items: ProducerDescription[] = [];
  const ask = async (broker: number, group: typeof partitions): Promise<void> => {
    const body = {
      topics: [...groupByTopic(group)].map(([name, some]) => ({
        name,
        partitionIndexes: some.map(({ partition }) => partition),
      })),
    };
    try {
      const answer = await cluster.wire.request({ ...describeProducersApi, retries: [] }, body, { broker });
      for (const { name: topic, partitions: answers } of answer.topics) {
        for (const { partitionIndex: partition, errorCode, errorMessage, activeProducers } of answers) {
          const { name: code, message } = errorOf(errorCode);
          const subject = partitionName({ topic, partition });
          if (errorCode !== 0) errors.push({ subject, code, message: errorMessage ?? message });
          items.push(
            ...activeProducers.map((producer) => ({
              topic,
              partition,
              producerId: producer.producerId,
              producerEpoch: producer.producerEpoch,
              lastSequence: producer.lastSequence,
              lastTimestampMs: Number(producer.lastTimestamp),
              coordinatorEpoch: producer.coordinatorEpoch,
              currentTransactionStartOffset:
                producer.currentTxnStartOffset < 0n ? null : Number(producer.currentTxnStartOffset),
            })),
          );
        }
      }
    } catch (error) {
      errors.push(...group.map((partition) => itemError(partitionName(partition), error)));
    }
  };
  await Promise.all(
    [...leaders.byLeader(partitions)].map(async ([broker, group]) => {
      if (broker < 0) {
        errors.push(...group.map((at) => partitionError(partitionName(at), leaderNotAvailable)));
        return;
      }
      for (let at = 0; at < group.length; at += partitionsPerRequest)
        await ask(broker, group.slice(at, at + partitionsPerRequest));
    }),
  );
  items.sort((a, b) => comparePartitions(a, b) || Number(a.producerId - b.producerId));
  return { items, errors };
}
