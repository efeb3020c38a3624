import { KctlError } from '../base/errors.js';
import { type ItemError, itemError } from '../base/result.js';
import { partitionName } from '../client/fetch-leaders.js';
import { partitionError } from '../client/offsets.js';
import { errorOf } from '../protocol/errors.js';
import type { GroupListItem } from './types.js';

/** Groups in one request. */
const groupsPerRequest = 200;
/** Requests to one broker at a time; the connection answers them in order anyway. */
const requestsPerBroker = 2;

/**
 * Asks coordinators for many groups at once: each broker for those that it coordinates, a bounded number in a
 * request, a bounded number of requests at a time. A request that fails fails its own groups.
 */
export async function byCoordinator(
  groups: readonly GroupListItem[],
  ask: (broker: number, groups: GroupListItem[]) => Promise<void>,
): Promise<ItemError[]> {
  const errors: ItemError[] = [];
  const brokers = new Map<number, GroupListItem[][]>();
  for (const group of groups) {
    const batches = brokers.get(group.coordinator) ?? [];
    brokers.set(group.coordinator, batches);
    const last = batches.at(-1);
    if (last && last.length < groupsPerRequest) last.push(group);
    else batches.push([group]);
  }
  const work = async (broker: number, batches: GroupListItem[][]): Promise<void> => {
    for (let batch = batches.shift(); batch; batch = batches.shift()) {
      try {
        await ask(broker, batch);
      } catch (error) {
        errors.push(...batch.map(({ group }) => itemError(`group ${group}`, error)));
      }
    }
  };
  await Promise.all(
    [...brokers].flatMap(([broker, batches]) =>
      Array.from({ length: requestsPerBroker }, () => work(broker, batches)),
    ),
  );
  return errors;
}

/** Nothing of a request about one group was done. */
export function groupRefused(group: string, errorCode: number, words?: string | null): KctlError {
  const { subject, code, message } = groupError(group, errorCode, words);
  return new KctlError(`${subject} was not changed`, { code, words: message });
}

/** Kafka's error of one group as an item's error. */
export function groupError(group: string, errorCode: number, words?: string | null): ItemError {
  const { name, message } = errorOf(errorCode);
  return { subject: `group ${group}`, code: name, message: words ?? message };
}

interface AnsweredTopic {
  name: string;
  partitions: Array<{ partitionIndex: number; errorCode: number; errorMessage?: string | null }>;
}

/** What a coordinator refused of the partitions it was asked to change, by the name of the partition. */
export function refusedPartitions(topics: readonly AnsweredTopic[]): Map<string, ItemError> {
  const refused = new Map<string, ItemError>();
  for (const { name: topic, partitions } of topics)
    for (const { partitionIndex: partition, errorCode, errorMessage } of partitions) {
      const name = partitionName({ topic, partition });
      if (errorCode !== 0) refused.set(name, partitionError(name, errorCode, errorMessage));
    }
  return refused;
}
