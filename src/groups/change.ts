import { KctlError } from '../base/errors.js';
import { type ItemError, itemError, type ListDocument, listDocument } from '../base/result.js';
import { groupByTopic, partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { deleteGroups as deleteGroupsApi } from '../protocol/messages/delete-groups.js';
import { leaveGroup } from '../protocol/messages/leave-group.js';
import { offsetDelete } from '../protocol/messages/offset-delete.js';
import { within } from '../protocol/schema.js';
import { topicMatcher } from '../topics/list.js';
import type { PartitionWord } from '../topics/partitions.js';
import { byCoordinator, groupError, groupRefused, refusedPartitions } from './batches.js';
import { findGroups } from './find.js';
import { describeMembers } from './members.js';
import { comparePartitions } from './offsets.js';
import { fetchPlaces } from './places.js';
import { notEmpty } from './reset.js';
import { deleteShareOffsets } from './share-offsets.js';
import type { GroupListItem, GroupType } from './types.js';

export interface GroupChange {
  group: string;
  /** `valid` is the result of a dry run. */
  result: 'deleted' | 'offset deleted' | 'removed' | 'valid';
  topic?: string;
  partition?: number;
  memberId?: string;
  instanceId?: string;
}

export interface GroupChangeList extends ListDocument<GroupChange> {
  dryRun: boolean;
  validatedBy?: 'broker' | 'client';
}

/** From this version on (KIP-345, Kafka 2.4) members leave in a list. */
const leaveGroupByList = { ...within(leaveGroup, { from: 3 }), changes: true as const };

/** Deletes groups with all that they have committed. The brokers refuse those that have members. */
export async function deleteGroups(
  cluster: Cluster,
  { groups, dryRun }: { groups: readonly string[]; dryRun: boolean },
): Promise<GroupChangeList> {
  const { found, errors } = await findGroups(cluster, groups);
  if (dryRun) {
    const { described, errors: unknown } = await describeMembers(cluster, found, cluster.wire.deadline);
    const isEmpty = (group: string) => described.get(group)?.members.length === 0;
    const busy = [...described].flatMap(([group, about]) => (isEmpty(group) ? [] : [notEmpty(group, about)]));
    const items = found
      .filter(({ group }) => isEmpty(group))
      .map(({ group }) => ({ group, result: 'valid' as const }));
    return changes(items, [...errors, ...unknown, ...busy], true);
  }
  const items: GroupChange[] = [];
  const failed = await byCoordinator(found, async (broker, batch) => {
    const body = { groupsNames: batch.map(({ group }) => group) };
    const answer = await cluster.wire.request({ ...deleteGroupsApi, retries: [] }, body, { broker });
    for (const { groupId, errorCode } of answer.results) {
      if (errorCode === 0) items.push({ group: groupId, result: 'deleted' });
      else errors.push(groupError(groupId, errorCode));
    }
  });
  return changes(items, [...errors, ...failed], false);
}

/**
 * Removes what a group has committed for topics or partitions. The brokers refuse topics that its members read; a share
 * group must be empty, and forgets whole topics.
 */
export async function deleteOffsets(
  cluster: Cluster,
  { group, words, dryRun }: { group: string; words: readonly PartitionWord[]; dryRun: boolean },
): Promise<GroupChangeList> {
  const { found, errors } = await findGroups(cluster, [group]);
  const { deadline } = cluster.wire;
  const { places, unset, errors: unread } = await fetchPlaces(cluster, found, deadline);
  const all = [...errors, ...unread];
  const isShare = found[0]?.type === 'share';
  const obstacles = isShare ? [...partitionWords(words), ...(await busyGroups(cluster, found))] : [];
  if (obstacles.length > 0) return changes([], [...all, ...obstacles], dryRun);
  const own = [...(places.get(group) ?? []), ...(unset.get(group) ?? [])].sort(comparePartitions);
  const matchers = words.map((word) => ({ ...word, matches: topicMatcher(word.topic) }));
  const isMeant = (
    { matches, partitions }: (typeof matchers)[number],
    { topic, partition }: TopicPartition,
  ) => matches(topic) && (partitions?.includes(partition) ?? true);
  if (places.has(group)) {
    const idle = matchers.filter((matcher) => !own.some((place) => isMeant(matcher, place)));
    all.push(...idle.map(({ topic, partitions }) => nothingCommitted(group, topic, partitions)));
  }
  const chosen = own.filter((place) => matchers.some((matcher) => isMeant(matcher, place)));
  const toItem =
    (result: GroupChange['result']) =>
    ({ topic, partition }: TopicPartition): GroupChange => ({ group, topic, partition, result });
  if (dryRun || chosen.length === 0) return changes(chosen.map(toItem('valid')), all, dryRun);
  const refused = await (isShare ? deleteShareOffsets : deleteCommitted)(cluster, group, chosen);
  const done = chosen.filter((at) => !refused.has(partitionName(at))).map(toItem('offset deleted'));
  return changes(done, [...all, ...new Set(refused.values())], false);
}

/** @returns what the coordinator refused, by the name of the partition */
async function deleteCommitted(
  { wire }: Cluster,
  group: string,
  chosen: readonly TopicPartition[],
): Promise<Map<string, ItemError>> {
  const topics = [...groupByTopic(chosen)].map(([name, partitions]) => ({
    name,
    partitions: partitions.map(({ partition }) => ({ partitionIndex: partition })),
  }));
  const answer = await wire.request(offsetDelete, { groupId: group, topics }, { group });
  if (answer.errorCode !== 0) throw groupRefused(group, answer.errorCode);
  return refusedPartitions(answer.topics);
}

function partitionWords(words: readonly PartitionWord[]): ItemError[] {
  return words
    .filter(({ partitions }) => partitions !== null)
    .map(({ topic }) => ({
      subject: `topic ${topic}`,
      code: 'INVALID_REQUEST',
      message: 'share groups forget whole topics, not single partitions',
      hint: 'Name the topic alone, or set its partitions: kctl groups reset',
    }));
}

async function busyGroups(cluster: Cluster, groups: readonly GroupListItem[]): Promise<ItemError[]> {
  const { described, errors } = await describeMembers(cluster, groups, cluster.wire.deadline);
  const busy = [...described].filter(([, { members }]) => members.length > 0);
  return [...errors, ...busy.map(([group, about]) => notEmpty(group, about))];
}

function nothingCommitted(group: string, topic: string, partitions: readonly number[] | null): ItemError {
  const word = partitions === null ? topic : `${topic}:${partitions.join()}`;
  return {
    subject: word,
    code: 'UNKNOWN_TOPIC_OR_PARTITION',
    message: `group ${group} has no offsets of ${word}`,
    hint: `Those that it has: kctl groups describe ${group}`,
    exitCode: 4,
  };
}

/**
 * Takes members out of a group. One that still runs joins again by itself.
 * @param members ids of members or names of static ones; all when empty
 */
export async function removeMembers(
  cluster: Cluster,
  { group, members, dryRun }: { group: string; members: readonly string[]; dryRun: boolean },
): Promise<GroupChangeList> {
  const { found, errors } = await findGroups(cluster, [group]);
  const [{ type } = { type: 'classic' }] = found;
  if (type === 'share' || type === 'streams') return changes([], [cannotRemove(group, type)], dryRun);
  const { described, errors: unknown } = await describeMembers(cluster, found, cluster.wire.deadline);
  const present = described.get(group)?.members ?? [];
  const isNamed = (word: string) => (member: (typeof present)[number]) =>
    member.memberId === word || member.instanceId === word;
  const chosen = members.length === 0 ? present : members.flatMap((word) => present.filter(isNamed(word)));
  const missing = described.has(group) ? members.filter((word) => !present.some(isNamed(word))) : [];
  const all: ItemError[] = [...errors, ...unknown, ...missing.map((word) => noMember(group, word))];
  const toItem =
    (result: GroupChange['result']) => (member: { memberId: string; instanceId: string | null }) => ({
      group,
      memberId: member.memberId,
      ...(member.instanceId === null ? {} : { instanceId: member.instanceId }),
      result,
    });
  if (dryRun || chosen.length === 0) return changes(chosen.map(toItem('valid')), all, dryRun);
  const body = {
    groupId: group,
    members: chosen.map(({ memberId, instanceId }) => ({
      // A static member is taken out whichever id it has by now.
      memberId: instanceId === null ? memberId : '',
      groupInstanceId: instanceId,
      reason: 'removed by an administrator',
    })),
  };
  const answer = await cluster.wire.request(leaveGroupByList, body, { group });
  if (answer.errorCode !== 0) throw groupRefused(group, answer.errorCode);
  const done: GroupChange[] = [];
  chosen.forEach((member, index) => {
    const errorCode = answer.members[index]?.errorCode ?? 0;
    const { name: code, message } = errorOf(errorCode);
    if (errorCode === 0) done.push(toItem('removed')(member));
    else all.push({ subject: `member ${member.instanceId ?? member.memberId}`, code, message });
  });
  return changes(done, all, false);
}

function changes(items: GroupChange[], errors: ItemError[], dryRun: boolean): GroupChangeList {
  const list = listDocument('GroupChangeList', 1, items, errors);
  return { ...list, dryRun, ...(dryRun ? { validatedBy: 'client' as const } : {}) };
}

/** LeaveGroup knows classic and consumer groups only. */
function cannotRemove(group: string, type: GroupType): ItemError {
  return {
    subject: `group ${group}`,
    code: 'INVALID_REQUEST',
    message: `Kafka takes no members out of ${type} groups`,
    hint: 'Stop the member; one that is gone already is forgotten once its session is over.',
  };
}

function noMember(group: string, word: string): ItemError {
  const hint = `Its members: kctl groups describe ${group} -o wide`;
  const error = new KctlError(`group ${group} has no member ${word}`, {
    code: 'UNKNOWN_MEMBER_ID',
    exitCode: 4,
    hint,
  });
  return itemError(`member ${word}`, error);
}
