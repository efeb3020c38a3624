import type { Deadline } from '../base/deadline.js';
import { listDocument } from '../base/result.js';
import { partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import type { Cluster } from '../cluster/index.js';
import { findGroups } from './find.js';
import { describeMembers } from './members.js';
import { type CommittedPlace, comparePartitions, fetchGroupOffsets, LogOffsets } from './offsets.js';
import { fetchShareOffsets } from './share-offsets.js';
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
  const isSharing = ({ type }: GroupListItem) => type === 'share';
  const [{ described, errors: unknown }, committed, shared] = await Promise.all([
    describeMembers(cluster, found, deadline),
    fetchGroupOffsets(
      cluster,
      found.filter((group) => !isSharing(group)),
      deadline,
    ),
    fetchShareOffsets(cluster, found.filter(isSharing), deadline),
  ]);
  const places = new Map([...committed.places, ...shared.places]);
  const unread = [...committed.errors, ...shared.errors];
  const all = [...places.values()].flat();
  const ends = await LogOffsets.of(
    cluster,
    all.map(({ topic }) => topic),
    deadline,
  ).then((log) => log.find(all, 'latest'));

  const items = found.flatMap((group): GroupDescription[] => {
    const about = described.get(group.group);
    if (!about) return [];
    const { state, protocol, epoch, members } = about;
    const partitions = lagOf(members, places.get(group.group) ?? [], ends.offsets);
    const lag = partitions.reduce((sum, partition) => sum + (partition.lag ?? 0), 0);
    return [{ ...group, state, protocol, epoch, members, partitions, lag }];
  });
  return listDocument('GroupDescriptionList', 1, items, [
    ...errors,
    ...unknown,
    ...unread.filter(({ subject }) => !unknown.some((error) => error.subject === subject)),
    ...ends.errors.values(),
  ]);
}

/** Every partition that a member has or the group has committed, as Kafka's own tool shows them. */
function lagOf(
  members: readonly GroupMemberDescription[],
  places: readonly CommittedPlace[],
  ends: ReadonlyMap<string, number>,
): PartitionLag[] {
  const known = new Map(places.map((place) => [partitionName(place), place]));
  const owners = new Map(
    members.flatMap((member) => member.assignment.map((partition) => [partitionName(partition), member])),
  );
  const all = new Map<string, TopicPartition>(
    [...places, ...members.flatMap(({ assignment }) => assignment)].map((partition) => [
      partitionName(partition),
      partition,
    ]),
  );
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
