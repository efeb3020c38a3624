import { KctlError } from '../base/errors.js';
import type { RequestOptions, Wire } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { offsetCommit } from '../protocol/messages/offset-commit.js';
import { offsetFetch } from '../protocol/messages/offset-fetch.js';
import { within } from '../protocol/schema.js';
import { groupByTopic, partitionName, type TopicPartition } from './fetch-leaders.js';

/** Up to these versions topics go by name, and one group is asked for; every broker up to Kafka 4 speaks them. */
const offsetFetchByName = within(offsetFetch, { upTo: 7 });
const offsetCommitByName = within(offsetCommit, { upTo: 9 });

export interface CommittedOffset extends TopicPartition {
  /** The next record to be read. */
  offset: number;
}

/** Who commits: a member in its generation; without one the group must be empty. */
export interface Committer {
  groupId: string;
  memberId: string;
  /** A classic member's generation, or the epoch of a member of the new protocol. */
  generationId: number;
  groupInstanceId: string | null;
}

/**
 * What a group has committed for partitions, by partition name; those without an offset are left out.
 * @throws KctlError with the broker's error
 */
export async function fetchCommitted(
  wire: Wire,
  groupId: string,
  partitions: readonly TopicPartition[],
  options: RequestOptions,
): Promise<Map<string, number>> {
  if (partitions.length === 0) return new Map();
  const topics = [...groupByTopic(partitions)].map(([name, group]) => ({
    name,
    partitionIndexes: group.map(({ partition }) => partition),
  }));
  const answer = await wire.request(offsetFetchByName, { groupId, topics }, { group: groupId }, options);
  throwIfError(`cannot read the offsets of group ${groupId}`, answer.errorCode);
  const offsets = new Map<string, number>();
  for (const { name: topic, partitions: answers } of answer.topics) {
    for (const { partitionIndex, committedOffset, errorCode } of answers) {
      const name = partitionName({ topic, partition: partitionIndex });
      throwIfError(`cannot read the offset of group ${groupId} in ${name}`, errorCode);
      if (committedOffset >= 0n) offsets.set(name, Number(committedOffset));
    }
  }
  return offsets;
}

/**
 * Commits offsets.
 * @returns the first error's name, or undefined when all were taken
 */
export async function commitOffsets(
  wire: Wire,
  { generationId, ...committer }: Committer,
  offsets: readonly CommittedOffset[],
  options: RequestOptions,
): Promise<string | undefined> {
  if (offsets.length === 0) return undefined;
  const topics = [...groupByTopic(offsets)].map(([name, group]) => ({
    name,
    partitions: group.map(({ partition, offset }) => ({
      partitionIndex: partition,
      committedOffset: BigInt(offset),
      committedMetadata: '',
    })),
  }));
  const body = { ...committer, generationIdOrMemberEpoch: generationId, topics };
  const answer = await wire.request(offsetCommitByName, body, { group: committer.groupId }, options);
  const failed = answer.topics
    .flatMap(({ partitions }) => partitions)
    .find(({ errorCode }) => errorCode !== 0);
  return failed && errorOf(failed.errorCode).name;
}

function throwIfError(problem: string, errorCode: number): void {
  if (errorCode === 0) return;
  const { name, message } = errorOf(errorCode);
  throw new KctlError(problem, { code: name, words: message });
}
