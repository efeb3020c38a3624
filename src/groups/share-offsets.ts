import type { Deadline } from '../base/deadline.js';
import type { ItemError } from '../base/result.js';
import { partitionName } from '../client/fetch-leaders.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { describeShareGroupOffsets } from '../protocol/messages/describe-share-group-offsets.js';
import type { ResponseOf } from '../protocol/schema.js';
import { byCoordinator, groupError } from './batches.js';
import { type CommittedPlace, comparePartitions, type GroupOffsets } from './offsets.js';
import type { GroupListItem } from './types.js';

/** Where share groups start in each partition: what is before is acknowledged, or given up. */
export async function fetchShareOffsets(
  { wire }: Cluster,
  groups: readonly GroupListItem[],
  deadline: Deadline,
): Promise<GroupOffsets> {
  const places = new Map<string, CommittedPlace[]>();
  const errors: ItemError[] = [];
  const request = { ...describeShareGroupOffsets, retries: [] };
  const failed = await byCoordinator(groups, async (broker, batch) => {
    const body = { groups: batch.map(({ group }) => ({ groupId: group, topics: null })) };
    for (const answer of (await wire.request(request, body, { broker }, { deadline })).groups) {
      const { groupId, errorCode, errorMessage, topics } = answer;
      if (errorCode !== 0) errors.push(groupError(groupId, errorCode, errorMessage));
      else places.set(groupId, topics.flatMap((topic) => placesOf(topic, errors)).sort(comparePartitions));
    }
  });
  return { places, errors: [...failed, ...errors] };
}

type AnsweredTopic = ResponseOf<typeof describeShareGroupOffsets>['groups'][number]['topics'][number];

function placesOf({ topicName, partitions }: AnsweredTopic, errors: ItemError[]): CommittedPlace[] {
  return partitions.flatMap(({ partitionIndex, startOffset, leaderEpoch, lag, errorCode, errorMessage }) => {
    const at = { topic: topicName, partition: partitionIndex };
    if (errorCode !== 0) {
      const { name: code, message } = errorOf(errorCode);
      errors.push({ subject: partitionName(at), code, message: errorMessage ?? message });
    }
    if (errorCode !== 0 || startOffset < 0n) return [];
    const left = lag < 0n ? {} : { lag: Number(lag) };
    return [{ ...at, offset: Number(startOffset), leaderEpoch, metadata: '', ...left }];
  });
}
