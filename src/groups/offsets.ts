import { Deadline } from '../base/deadline.js';
import type { ItemError } from '../base/result.js';
import { LeaderTable, partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import { type FoundOffsets, findOffsets, type OffsetPoint, type TimePoint } from '../client/offsets.js';
import type { Cluster } from '../cluster/index.js';
import { offsetFetch } from '../protocol/messages/offset-fetch.js';
import { within } from '../protocol/schema.js';
import { byCoordinator, groupError } from './batches.js';
import type { GroupListItem } from './types.js';

/** An error of one partition is not waited out to the end of the whole command. */
const shareOfDeadline = 0.6;

/** Version 10 names topics by their ids. */
const offsetFetchByName = { ...within(offsetFetch, { upTo: 9 }), retries: [] };
const severalFrom = 8;

export interface CommittedPlace extends TopicPartition {
  offset: number;
  leaderEpoch: number;
  metadata: string;
  /** Of a share group what is left to read, where the coordinator tells: what is acknowledged out of order does not count. */
  lag?: number;
}

export interface GroupOffsets {
  /** What each group has committed, in order, by group. */
  places: Map<string, CommittedPlace[]>;
  errors: ItemError[];
}

/** All that groups have committed: many groups in one request to their coordinator where brokers take that (KIP-709). */
export async function fetchGroupOffsets(
  { wire }: Cluster,
  groups: readonly GroupListItem[],
  deadline: Deadline,
): Promise<GroupOffsets> {
  const places = new Map<string, CommittedPlace[]>();
  const refused: ItemError[] = [];
  const take = (group: string, { topics, errorCode }: Fetched) => {
    if (errorCode !== 0) refused.push(groupError(group, errorCode));
    else places.set(group, placesOf(topics));
  };
  const failed = await byCoordinator(groups, async (broker, batch) => {
    const names = batch.map(({ group }) => group);
    const [first = ''] = names;
    let asked = 1;
    const body = (version: number) => {
      asked = version < severalFrom ? 1 : names.length;
      return version < severalFrom
        ? { groupId: first, topics: null }
        : { groups: names.map((groupId) => ({ groupId, topics: null })) };
    };
    const answer = await wire.request(offsetFetchByName, body, { broker }, { deadline });
    if (asked > 1 || answer.groups.length > 0) {
      for (const group of answer.groups) take(group.groupId, group);
      return;
    }
    take(first, answer);
    for (const groupId of names.slice(1)) {
      take(
        groupId,
        await wire.request(offsetFetchByName, { groupId, topics: null }, { broker }, { deadline }),
      );
    }
  });
  return { places, errors: [...failed, ...refused] };
}

interface Fetched {
  errorCode: number;
  topics: Array<{
    name: string;
    partitions: Array<{
      partitionIndex: number;
      committedOffset: bigint;
      committedLeaderEpoch: number;
      metadata: string | null;
    }>;
  }>;
}

function placesOf(topics: Fetched['topics']): CommittedPlace[] {
  return topics
    .flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, committedOffset, committedLeaderEpoch, metadata }) => ({
        topic: name,
        partition: partitionIndex,
        offset: Number(committedOffset),
        leaderEpoch: committedLeaderEpoch,
        metadata: metadata ?? '',
      })),
    )
    .filter(({ offset }) => offset >= 0)
    .sort(comparePartitions);
}

export function comparePartitions(a: TopicPartition, b: TopicPartition): number {
  return a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition;
}

/** The offsets of points in partitions: their leaders are asked at once, whichever groups want to know. */
export class LogOffsets {
  private constructor(
    private readonly cluster: Cluster,
    private readonly leaders: LeaderTable,
    private readonly deadline: Deadline,
  ) {}

  static async of(cluster: Cluster, topics: Iterable<string>, deadline: Deadline): Promise<LogOffsets> {
    const names = [...new Set(topics)];
    const leaders = new LeaderTable(cluster.wire, names);
    if (names.length > 0) await leaders.refresh(deadline);
    return new LogOffsets(cluster, leaders, new Deadline(deadline.remainingMs() * shareOfDeadline));
  }

  find(partitions: Iterable<TopicPartition>, point: OffsetPoint | TimePoint): Promise<FoundOffsets> {
    const all = new Map([...partitions].map((partition) => [partitionName(partition), partition]));
    return findOffsets(this.cluster.wire, this.leaders, [...all.values()], point, {
      isolation: 'read_uncommitted',
      deadline: this.deadline,
    });
  }

  partitionsOf(topic: string): TopicPartition[] {
    return this.leaders.partitionsOf(topic);
  }

  topicError(topic: string): number {
    return this.leaders.topicError(topic);
  }

  get leaderTable(): LeaderTable {
    return this.leaders;
  }
}
