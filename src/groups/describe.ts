import type { Deadline } from '../base/deadline.js';
import { listDocument } from '../base/result.js';
import { partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import type { Cluster } from '../cluster/index.js';
import { findGroups } from './find.js';
import { describeMembers } from './members.js';
import { type CommittedPlace, comparePartitions, LogOffsets } from './offsets.js';
import { fetchPlaces } from './places.js';
import type {
  GroupDescription,
  GroupDescriptionList,
  GroupListItem,
  GroupMemberDescription,
  PartitionLag,
} from './types.js';

/**
 * Describes groups: members, what each has, what the group has committed, and what is left to read. A partition whose
 * end nobody tells has no lag and is an error of its own; the rest is shown.
 */
export async function describeGroups(
  cluster: Cluster,
  words: readonly string[],
  deadline: Deadline = cluster.wire.deadline,
): Promise<GroupDescriptionList> {
  const { found, errors } = await findGroups(cluster, words, deadline);
  const [{ described, errors: unknown }, { places, unset, errors: unread }] = await Promise.all([
    describeMembers(cluster, found, deadline),
    fetchPlaces(cluster, found, deadline),
  ]);
  const partitionsOf = ({ group }: GroupListItem): TopicPartition[] => [
    ...(places.get(group) ?? []),
    ...(unset.get(group) ?? []),
    ...(described.get(group)?.members ?? []).flatMap(({ assignment }) => assignment),
  ];
  const topics = found.flatMap(partitionsOf).map(({ topic }) => topic);
  const log = await LogOffsets.of(cluster, topics, deadline);
  for (const about of described.values())
    about.members = about.members.map((member) => existing(member, log));
  const ends = await log.find(found.flatMap(partitionsOf), 'latest');

  const items = found.flatMap((group): GroupDescription[] => {
    const about = described.get(group.group);
    if (!about) return [];
    const { state, protocol, epoch, assignmentEpoch, members } = about;
    const partitions = lagOf(partitionsOf(group), members, places.get(group.group) ?? [], ends.offsets);
    const lag = partitions.reduce((sum, partition) => sum + (partition.lag ?? 0), 0);
    return [{ ...group, state, protocol, epoch, assignmentEpoch, members, partitions, lag }];
  });
  return listDocument('GroupDescriptionList', 1, items, [
    ...errors,
    ...unknown,
    ...unread.filter(({ subject }) => !unknown.some((error) => error.subject === subject)),
    ...ends.errors.values(),
  ]);
}

/** A task of Kafka Streams reads the partition of its number in each of its topics, where there is one. */
function existing(member: GroupMemberDescription, log: LogOffsets): GroupMemberDescription {
  if (!member.streams) return member;
  const isThere = ({ topic, partition }: TopicPartition) => {
    const known = log.partitionsOf(topic);
    return known.length === 0 || known.some((each) => each.partition === partition);
  };
  return { ...member, assignment: member.assignment.filter(isThere) };
}

/** Every partition that a member has, or where the group stands or could, as Kafka's own tools show them. */
function lagOf(
  partitions: readonly TopicPartition[],
  members: readonly GroupMemberDescription[],
  places: readonly CommittedPlace[],
  ends: ReadonlyMap<string, number>,
): PartitionLag[] {
  const known = new Map(places.map((place) => [partitionName(place), place]));
  const owners = new Map(
    members.flatMap((member) => member.assignment.map((partition) => [partitionName(partition), member])),
  );
  const all = new Map(partitions.map((partition) => [partitionName(partition), partition]));
  return [...all]
    .map(([name, { topic, partition }]): PartitionLag => {
      const [place, end, owner] = [known.get(name), ends.get(name) ?? null, owners.get(name)];
      const offset = place?.offset ?? null;
      return {
        topic,
        partition,
        committedOffset: offset,
        logEndOffset: end,
        // An offset may be beyond the end of a topic that was made anew.
        lag: place?.lag ?? (offset === null || end === null ? null : Math.max(0, end - offset)),
        memberId: owner?.memberId ?? null,
        clientId: owner?.clientId ?? null,
        host: owner?.host ?? null,
      };
    })
    .sort(comparePartitions);
}
