import { KctlError } from '../base/errors.js';
import { type ItemError, itemError, type ListDocument, listDocument } from '../base/result.js';
import { groupByTopic, partitionName } from '../client/fetch-leaders.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { deleteGroups as deleteGroupsApi } from '../protocol/messages/delete-groups.js';
import { leaveGroup } from '../protocol/messages/leave-group.js';
import { offsetDelete } from '../protocol/messages/offset-delete.js';
import { within } from '../protocol/schema.js';
import { topicMatcher } from '../topics/list.js';
import type { PartitionWord } from '../topics/partitions.js';
import { byCoordinator, groupError } from './batches.js';
import { findGroups } from './find.js';
import { describeMembers } from './members.js';
import { fetchGroupOffsets } from './offsets.js';
import { notEmpty } from './reset.js';

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

/** Removes what a group has committed for topics or partitions. The brokers refuse topics that its members read. */
export async function deleteOffsets(
  cluster: Cluster,
  { group, words, dryRun }: { group: string; words: readonly PartitionWord[]; dryRun: boolean },
): Promise<GroupChangeList> {
  const { found, errors } = await findGroups(cluster, [group]);
  const { places, errors: unread } = await fetchGroupOffsets(cluster, found, cluster.wire.deadline);
  const matchers = words.map(({ topic, partitions }) => ({ matches: topicMatcher(topic), partitions }));
  const chosen = (places.get(group) ?? []).filter(({ topic, partition }) =>
    matchers.some(({ matches, partitions }) => matches(topic) && (partitions?.includes(partition) ?? true)),
  );
  const items = chosen.map(({ topic, partition }) => ({ group, topic, partition, result: 'valid' as const }));
  const all = [...errors, ...unread];
  if (dryRun || chosen.length === 0) return changes(items, all, dryRun);
  const topics = [...groupByTopic(chosen)].map(([name, partitions]) => ({
    name,
    partitions: partitions.map(({ partition }) => ({ partitionIndex: partition })),
  }));
  const answer = await cluster.wire.request(offsetDelete, { groupId: group, topics }, { group });
  if (answer.errorCode !== 0) throw refused(groupError(group, answer.errorCode));
  const done: GroupChange[] = [];
  for (const { name: topic, partitions } of answer.topics) {
    for (const { partitionIndex: partition, errorCode } of partitions) {
      const { name: code, message } = errorOf(errorCode);
      if (errorCode === 0) done.push({ group, topic, partition, result: 'offset deleted' });
      else all.push({ subject: partitionName({ topic, partition }), code, message });
    }
  }
  return changes(done, all, false);
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
  if (answer.errorCode !== 0) throw refused(groupError(group, answer.errorCode));
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

function refused({ subject, code, message }: ItemError): KctlError {
  return new KctlError(`${subject} was not changed`, { code, words: message });
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
