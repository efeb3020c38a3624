import { Deadline } from '../base/deadline.js';
import { ExitCode } from '../base/errors.js';
import { type ItemError, type ListDocument, listDocument } from '../base/result.js';
import { partitionName } from '../client/fetch-leaders.js';
import type { Cluster } from '../cluster/index.js';
import { describeGroups } from './describe.js';
import { firstTimestamps, type Place, placeName } from './records.js';
import type { PartitionLag } from './types.js';

export const lagLevels = ['group', 'topic', 'partition', 'member'] as const;
export type LagLevel = (typeof lagLevels)[number];

export interface LagItem {
  group: string;
  topic?: string;
  partition?: number;
  memberId?: string | null;
  clientId?: string | null;
  partitions: number;
  /** Records; of the partitions where it is known. */
  lag: number;
  /** Partitions without a committed offset, or without an end that somebody tells. */
  unknown: number;
  /** How long ago the oldest unread record was written; 0 where nothing is unread; null where it was not found. */
  lagMs?: number | null;
}

export type LagList = ListDocument<LagItem>;

export interface LagRequest {
  groups: readonly string[];
  by: LagLevel;
  /** Leaves out what has less. */
  min: number;
  /** What has more is an error: a check that did not hold. */
  maxLag?: number | undefined;
  /** Reads the first unread record of each partition for its time. */
  time: boolean;
}

/** How far groups are behind. Each call has the whole of the command's time. */
export async function measureLag(cluster: Cluster, request: LagRequest): Promise<LagList> {
  const deadline = new Deadline(cluster.wire.deadline.timeoutMs);
  const { items: groups, errors } = await describeGroups(cluster, request.groups, deadline);
  const behind = groups.flatMap(({ partitions }) => partitions.filter(({ lag }) => (lag ?? 0) > 0));
  const times = request.time ? await firstTimestamps(cluster, behind.map(placeOf), deadline) : undefined;
  const nowMs = Date.now();
  const ageOf = (partition: PartitionLag): number | null => {
    if (partition.lag === null) return null;
    if (partition.lag === 0) return 0;
    const timestamp = times?.get(placeName(placeOf(partition)));
    return timestamp === undefined ? null : Math.max(0, nowMs - timestamp);
  };
  const items = groups
    .flatMap(({ group, partitions }) =>
      [...levels[request.by](partitions)].map(([, { about, members }]) =>
        summary(group, about, members, times && ageOf),
      ),
    )
    .filter(({ lag }) => lag >= request.min);
  return listDocument('LagList', 1, items, [...errors, ...tooFarBehind(items, request.maxLag)]);
}

function summary(
  group: string,
  about: Partial<LagItem>,
  partitions: PartitionLag[],
  ageOf: ((partition: PartitionLag) => number | null) | undefined,
): LagItem {
  const ages = ageOf ? partitions.map(ageOf) : [];
  const known = ages.filter((age) => age !== null);
  return {
    group,
    ...about,
    partitions: partitions.length,
    lag: partitions.reduce((sum, { lag }) => sum + (lag ?? 0), 0),
    unknown: partitions.filter(({ lag }) => lag === null).length,
    ...(ageOf ? { lagMs: known.length < ages.length ? null : Math.max(0, ...known) } : {}),
  };
}

type Level = (
  partitions: PartitionLag[],
) => Map<string, { about: Partial<LagItem>; members: PartitionLag[] }>;

const levels: Record<LagLevel, Level> = {
  group: (partitions) => new Map([['', { about: {}, members: partitions }]]),
  topic: gather(({ topic }) => [topic, { topic }]),
  partition: gather((at) => [partitionName(at), { topic: at.topic, partition: at.partition }]),
  member: gather(({ memberId, clientId }) => [memberId ?? '', { memberId, clientId }]),
};

function gather(keyOf: (partition: PartitionLag) => [key: string, about: Partial<LagItem>]): Level {
  return (partitions) => {
    const gathered: ReturnType<Level> = new Map();
    for (const partition of partitions) {
      const [key, about] = keyOf(partition);
      const entry = gathered.get(key) ?? { about, members: [] };
      gathered.set(key, entry);
      entry.members.push(partition);
    }
    return gathered;
  };
}

function tooFarBehind(items: readonly LagItem[], maxLag: number | undefined): ItemError[] {
  if (maxLag === undefined) return [];
  return items
    .filter(({ lag }) => lag > maxLag)
    .map(({ group, topic, partition, memberId, lag }) => ({
      subject: [`group ${group}`, topic, partition, memberId].filter((part) => part !== undefined).join(' '),
      code: 'LAG_TOO_LARGE',
      message: `${lag} records behind, more than ${maxLag}`,
      exitCode: ExitCode.checkFailed,
    }));
}

function placeOf({ topic, partition, committedOffset }: PartitionLag): Place {
  return { topic, partition, offset: committedOffset ?? 0 };
}
