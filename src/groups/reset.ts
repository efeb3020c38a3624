import { join } from 'node:path';
import { KctlError } from '../base/errors.js';
import { type ItemError, itemError, listDocument } from '../base/result.js';
import { groupByTopic, partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import { partitionError } from '../client/offsets.js';
import type { Cluster } from '../cluster/index.js';
import { stateFolder } from '../cluster/local/paths.js';
import { offsetCommit } from '../protocol/messages/offset-commit.js';
import { within } from '../protocol/schema.js';
import { findPartitions } from '../topics/partitions.js';
import { refusedPartitions } from './batches.js';
import { findGroups, noGroup } from './find.js';
import { describeMembers } from './members.js';
import { comparePartitions, LogOffsets } from './offsets.js';
import { fetchPlaces } from './places.js';
import { writePlaces } from './places-file.js';
import type { GroupPlace, GroupResetList, OffsetReset, ResetRequest, ResetTarget } from './reset-types.js';
import { alterShareOffsets } from './share-offsets.js';
import type { GroupListItem } from './types.js';

/** Version 10 names topics by their ids. A commit of the same offsets is the same when it is made twice. */
const offsetCommitByName = within(offsetCommit, { upTo: 9 });
const partitionsPerCommit = 2000;
const noGeneration = -1;

/** What would be committed, and what cannot be. */
export interface ResetPlan {
  resets: OffsetReset[];
  /** Those whose offsets are set by a request of their own. */
  shareGroups: Set<string>;
  errors: ItemError[];
}

/**
 * Plans new offsets, each inside what its partition holds, as Kafka's own tool does. Groups with members are refused:
 * they would go on where they are, and commit over it.
 */
export async function planReset(cluster: Cluster, request: ResetRequest): Promise<ResetPlan> {
  const { deadline } = cluster.wire;
  const { target } = request;
  const like = 'like' in target ? await findGroups(cluster, [target.like]) : undefined;
  if (like && like.found.length === 0) throw notFound(like.errors[0]);
  const newType = request.type ?? (like?.found[0]?.type === 'share' ? 'share' : 'classic');
  const { groups, errors } = await chooseGroups(cluster, request, newType);
  const asked = [...groups, ...(like?.found ?? [])];
  const {
    places,
    unset,
    errors: unread,
  } = await fetchPlaces(
    cluster,
    asked.filter(({ coordinator }) => coordinator >= 0),
    deadline,
  );
  const chosen = request.words && (await findPartitions(cluster, request.words));
  const wanted = new Map<string, TopicPartition[]>();
  for (const { group } of groups) {
    const own = [...(places.get(group) ?? []), ...(unset.get(group) ?? [])];
    const named = placesOf(target, group, like?.found[0] && places.get(like.found[0].group));
    const limit = chosen && new Set(chosen.partitions.map(partitionName));
    const all = named ?? chosen?.partitions ?? own;
    wanted.set(
      group,
      all.filter((partition) => !limit || limit.has(partitionName(partition))),
    );
  }
  const partitions = [...wanted.values()].flat();
  const log = await LogOffsets.of(
    cluster,
    partitions.map(({ topic }) => topic),
    deadline,
  );
  const [first, end, atTime] = await Promise.all([
    log.find(partitions, 'earliest'),
    log.find(partitions, 'latest'),
    'timeMs' in target ? log.find(partitions, { timeMs: target.timeMs }) : undefined,
  ]);
  const failed = new Map([...first.errors, ...end.errors, ...(atTime?.errors ?? [])]);
  const resets: OffsetReset[] = [];
  for (const { group } of groups) {
    const old = new Map((places.get(group) ?? []).map((place) => [partitionName(place), place.offset]));
    const named = placesOf(target, group, like?.found[0] && places.get(like.found[0].group));
    const given = new Map(named?.map((place) => [partitionName(place), place.offset]));
    for (const { topic, partition } of [...(wanted.get(group) ?? [])].sort(comparePartitions)) {
      const name = partitionName({ topic, partition });
      const [from, to] = [first.offsets.get(name), end.offsets.get(name)];
      if (from === undefined || to === undefined) {
        const code = log.topicError(topic) || unknownPartitionCode;
        if (!failed.has(name)) failed.set(name, partitionError(name, code));
        continue;
      }
      const oldOffset = old.get(name) ?? null;
      const aim = aimOf(target, {
        from,
        to,
        old: oldOffset,
        given: given.get(name),
        atTime: atTime?.offsets.get(name),
      });
      const newOffset = Math.min(to, Math.max(from, aim));
      const difference = oldOffset === null ? null : newOffset - oldOffset;
      resets.push({ group, topic, partition, oldOffset, newOffset, difference, result: 'valid' });
    }
  }
  const shareGroups = new Set(groups.filter(({ type }) => type === 'share').map(({ group }) => group));
  const all = [...errors, ...unread, ...(chosen?.errors ?? []), ...failed.values()];
  return { resets, shareGroups, errors: all };
}

const unknownPartitionCode = 3;

function aimOf(
  target: ResetTarget,
  at: {
    from: number;
    to: number;
    old: number | null;
    given: number | undefined;
    atTime: number | undefined;
  },
): number {
  if (at.given !== undefined) return at.given;
  if ('toOffset' in target) return target.toOffset;
  // Kafka's own: what has no record of that time or later, or nothing committed, goes to its end.
  if ('timeMs' in target) return at.atTime === undefined || at.atTime < 0 ? at.to : at.atTime;
  if ('shiftBy' in target) return (at.old ?? at.to) + target.shiftBy;
  if ('to' in target && target.to === 'earliest') return at.from;
  return 'to' in target && target.to === 'current' ? (at.old ?? at.to) : at.to;
}

/** The offsets that a file or another group gives; undefined for other targets. */
function placesOf(
  target: ResetTarget,
  group: string,
  like: readonly GroupPlace[] | undefined,
): readonly GroupPlace[] | undefined {
  if ('like' in target) return like ?? [];
  if (!('places' in target)) return undefined;
  return target.places.filter((place) => place.group === undefined || place.group === group);
}

async function chooseGroups(
  cluster: Cluster,
  { groups: words, create }: ResetRequest,
  newType: GroupListItem['type'],
): Promise<{ groups: GroupListItem[]; errors: ItemError[] }> {
  const { found, errors } = await findGroups(cluster, words);
  const isNew = ({ code }: ItemError) => code === 'GROUP_ID_NOT_FOUND';
  const names = new Set(found.map(({ group }) => group));
  const made = create ? words.filter((word) => !names.has(word) && !/[*?/]/.test(word)) : [];
  const { described, errors: unknown } = await describeMembers(cluster, found, cluster.wire.deadline);
  const groups: GroupListItem[] = made.map((group) => newGroup(group, newType));
  for (const group of found) {
    const about = described.get(group.group);
    if (about?.members.length === 0) groups.push(group);
    else if (about) errors.push(notEmpty(group.group, about));
  }
  return { groups, errors: [...errors.filter((error) => !create || !isNew(error)), ...unknown] };
}

function newGroup(group: string, type: GroupListItem['type']): GroupListItem {
  return { group, type, state: null, protocolType: '', coordinator: -1 };
}

/** Names who has to go first. */
export function notEmpty(
  group: string,
  { members }: { members: ReadonlyArray<{ clientId: string; host: string; memberId: string }> },
): ItemError {
  const names = members.slice(0, 10).map(({ clientId, host }) => `${clientId} at ${host}`);
  const more = members.length > names.length ? ` and ${members.length - names.length} more` : '';
  return {
    subject: `group ${group}`,
    code: 'NON_EMPTY_GROUP',
    message: `it has ${members.length} live ${members.length === 1 ? 'member' : 'members'}: ${names.join(', ')}${more}`,
    hint: 'Stop them first: a running member would go on where it is and commit over it.',
  };
}

function notFound(error: ItemError | undefined): KctlError {
  const { message, code, hint, exitCode } = error ?? noGroup('', []);
  return new KctlError(message, { code, ...(hint ? { hint } : {}), ...(exitCode ? { exitCode } : {}) });
}

/** Shows a plan and does nothing. */
export function dryReset({ resets, errors }: ResetPlan): GroupResetList {
  return { ...listDocument('GroupResetList', 1, resets, errors), dryRun: true, validatedBy: 'client' };
}

/**
 * Sets what was planned, without joining any group. The old offsets are written to a file first.
 * @param undoFile a new one in kctl's state folder when absent
 */
export async function applyReset(
  cluster: Cluster,
  { resets, shareGroups, errors }: ResetPlan,
  undoFile = defaultUndoFile(),
): Promise<GroupResetList> {
  const old = resets.flatMap(({ oldOffset, ...reset }) =>
    oldOffset === null ? [] : [{ ...reset, offset: oldOffset }],
  );
  if (old.length > 0) await writePlaces(undoFile, old);
  const failed = new Map<string, ItemError>();
  for (const group of new Set(resets.map((reset) => reset.group))) {
    const own = resets.filter((reset) => reset.group === group);
    const send = shareGroups.has(group) ? alterShareOffsets : commitOffsets;
    for (let at = 0; at < own.length; at += partitionsPerCommit) {
      const some = own.slice(at, at + partitionsPerCommit);
      const refused = await send(cluster, group, some).catch(
        (error) => new Map(some.map((reset) => [partitionName(reset), itemError('', error)])),
      );
      for (const [name, error] of refused) {
        const subject = subjectOf(group, name);
        failed.set(subject, { ...error, subject });
      }
    }
  }
  const done = resets
    .filter(({ group, ...at }) => !failed.has(subjectOf(group, partitionName(at))))
    .map((reset) => ({ ...reset, result: 'reset' as const }));
  const fresh = done.filter(({ oldOffset }) => oldOffset === null).length;
  const warnings =
    fresh > 0
      ? [`${fresh} partition${fresh === 1 ? '' : 's'} had no offset before: the undo file does not name them`]
      : [];
  const list = listDocument('GroupResetList', 1, done, [...errors, ...failed.values()], warnings);
  return { ...list, dryRun: false, ...(old.length > 0 ? { undoFile } : {}) };
}

/** A raw OffsetCommit. @returns what the coordinator refused, by the name of the partition */
async function commitOffsets(
  cluster: Cluster,
  group: string,
  resets: readonly OffsetReset[],
): Promise<Map<string, ItemError>> {
  const topics = [...groupByTopic(resets)].map(([name, partitions]) => ({
    name,
    partitions: partitions.map(({ partition, newOffset }) => ({
      partitionIndex: partition,
      committedOffset: BigInt(newOffset),
      committedMetadata: '',
    })),
  }));
  const body = { groupId: group, memberId: '', generationIdOrMemberEpoch: noGeneration, topics };
  const answer = await cluster.wire.request(offsetCommitByName, body, { group });
  return refusedPartitions(answer.topics);
}

function subjectOf(group: string, partition: string): string {
  return `group ${group}, ${partition}`;
}

function defaultUndoFile(): string {
  const time = new Date().toISOString().replace(/[:.]/g, '-');
  return join(stateFolder(), 'undo', `offsets-${time}-${process.pid}.csv`);
}
