import type { Deadline } from '../base/deadline.js';
import type { ItemError } from '../base/result.js';
import { groupByTopic, partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import { partitionError } from '../client/offsets.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { alterShareGroupOffsets } from '../protocol/messages/alter-share-group-offsets.js';
import { deleteShareGroupOffsets } from '../protocol/messages/delete-share-group-offsets.js';
import { describeShareGroupOffsets } from '../protocol/messages/describe-share-group-offsets.js';
import type { ResponseOf } from '../protocol/schema.js';
import { byCoordinator, groupError, groupRefused, refusedPartitions } from './batches.js';
import { type CommittedPlace, comparePartitions, type GroupOffsets } from './offsets.js';
import type { OffsetReset } from './reset-types.js';
import type { GroupListItem } from './types.js';

export interface ShareOffsets extends GroupOffsets {
  /** By group, the partitions of topics that it reads in which nothing has been acknowledged yet. */
  unset: Map<string, TopicPartition[]>;
}

/** Where share groups start in each partition: what is before is acknowledged, or given up. */
export async function fetchShareOffsets(
  { wire }: Cluster,
  groups: readonly GroupListItem[],
  deadline: Deadline,
): Promise<ShareOffsets> {
  const places = new Map<string, CommittedPlace[]>();
  const unset = new Map<string, TopicPartition[]>();
  const errors: ItemError[] = [];
  const request = { ...describeShareGroupOffsets, retries: [] };
  const failed = await byCoordinator(groups, async (broker, batch) => {
    const body = { groups: batch.map(({ group }) => ({ groupId: group, topics: null })) };
    for (const answer of (await wire.request(request, body, { broker }, { deadline })).groups) {
      const { groupId, errorCode, errorMessage, topics } = answer;
      if (errorCode !== 0) {
        errors.push(groupError(groupId, errorCode, errorMessage));
        continue;
      }
      const all = topics.flatMap((topic) => placesOf(topic, errors)).sort(comparePartitions);
      places.set(
        groupId,
        all.filter(({ offset }) => offset >= 0),
      );
      unset.set(
        groupId,
        all.filter(({ offset }) => offset < 0),
      );
    }
  });
  return { places, unset, errors: [...failed, ...errors] };
}

type AnsweredTopic = ResponseOf<typeof describeShareGroupOffsets>['groups'][number]['topics'][number];

function placesOf({ topicName, partitions }: AnsweredTopic, errors: ItemError[]): CommittedPlace[] {
  return partitions.flatMap(({ partitionIndex, startOffset, leaderEpoch, lag, errorCode, errorMessage }) => {
    const at = { topic: topicName, partition: partitionIndex };
    if (errorCode !== 0) {
      errors.push(partitionError(partitionName(at), errorCode, errorMessage));
      return [];
    }
    const left = lag < 0n ? {} : { lag: Number(lag) };
    return [{ ...at, offset: Number(startOffset), leaderEpoch, metadata: '', ...left }];
  });
}

/** Sets where an empty share group starts. @returns what the coordinator refused, by the name of the partition */
export async function alterShareOffsets(
  { wire }: Cluster,
  group: string,
  resets: readonly OffsetReset[],
): Promise<Map<string, ItemError>> {
  const topics = [...groupByTopic(resets)].map(([topicName, partitions]) => ({
    topicName,
    partitions: partitions.map(({ partition, newOffset }) => ({
      partitionIndex: partition,
      startOffset: BigInt(newOffset),
    })),
  }));
  const { errorCode, errorMessage, responses } = await wire.request(
    alterShareGroupOffsets,
    { groupId: group, topics },
    { group },
  );
  if (errorCode !== 0) throw groupRefused(group, errorCode, errorMessage);
  return refusedPartitions(responses.map(({ topicName: name, partitions }) => ({ name, partitions })));
}

/** Forgets where an empty share group stands in topics. @returns what the coordinator refused, by the name of the partition */
export async function deleteShareOffsets(
  { wire }: Cluster,
  group: string,
  chosen: readonly TopicPartition[],
): Promise<Map<string, ItemError>> {
  const byTopic = groupByTopic(chosen);
  const topics = [...byTopic.keys()].map((topicName) => ({ topicName }));
  const answer = await wire.request(deleteShareGroupOffsets, { groupId: group, topics }, { group });
  if (answer.errorCode !== 0) throw groupRefused(group, answer.errorCode, answer.errorMessage);
  const refused = new Map<string, ItemError>();
  for (const { topicName, errorCode, errorMessage } of answer.responses) {
    const { name: code, message } = errorOf(errorCode);
    const error = { subject: `topic ${topicName}`, code, message: errorMessage ?? message };
    if (errorCode !== 0) for (const at of byTopic.get(topicName) ?? []) refused.set(partitionName(at), error);
  }
  return refused;
}
