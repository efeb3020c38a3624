import { type Deadline, pause } from '../base/deadline.js';
import { ExitCode, KctlError } from '../base/errors.js';
import { type ItemError, itemError } from '../base/result.js';
import type { Wire } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { listOffsets } from '../protocol/messages/list-offsets.js';
import { within } from '../protocol/schema.js';
import { groupByTopic, type LeaderTable, partitionName, type TopicPartition } from './fetch-leaders.js';

export type IsolationLevel = 'read_uncommitted' | 'read_committed';

/** Isolation levels as requests carry them. */
export const isolationCodes: Record<IsolationLevel, number> = { read_uncommitted: 0, read_committed: 1 };

/** `latest` is the end: the high watermark, or the last stable offset of committed data. */
export type OffsetPoint = 'earliest' | 'latest';

/** The first record of that time or later, in epoch milliseconds. */
export interface TimePoint {
  timeMs: number;
}

/**
 * What else can be asked for: the record with the newest timestamp (KIP-734), the ends of what lies on the broker's own
 * disk and in tiered storage (KIP-405, KIP-1005).
 */
export type OffsetQuery = OffsetPoint | 'max-timestamp' | 'earliest-local' | 'latest-tiered' | TimePoint;

/** The sign that stands for a point, and the first version of ListOffsets that knows it. */
const signs: Record<Exclude<OffsetQuery, object>, [timestamp: bigint, from: number]> = {
  earliest: [-2n, 1],
  latest: [-1n, 1],
  'max-timestamp': [-3n, 7],
  'earliest-local': [-4n, 8],
  'latest-tiered': [-5n, 9],
};
const leaderNotAvailable = 5;
const retryPauseMs = 100;
/** Which broker to ask is settled here, by asking for the leaders again, not by repeating the request. */
const listOffsetsOnce = { ...listOffsets, retries: [] };

export interface FoundOffsets {
  /** By partition name; no partition that has no such record. */
  offsets: Map<string, number>;
  /** Of the records at those offsets, in epoch milliseconds, where the broker tells. */
  timestampsMs: Map<string, number>;
  /** Of the partitions that have no offset, by partition name. */
  errors: Map<string, ItemError>;
}

/**
 * The offsets of one point in partitions, asked from their leaders all at once. A partition without a leader
 * is an error at once; one whose leader has moved or does not answer is asked again until the deadline.
 */
export async function findOffsets(
  wire: Wire,
  leaders: LeaderTable,
  partitions: readonly TopicPartition[],
  query: OffsetQuery,
  { isolation, deadline }: { isolation: IsolationLevel; deadline: Deadline },
): Promise<FoundOffsets> {
  const found: FoundOffsets = { offsets: new Map(), timestampsMs: new Map(), errors: new Map() };
  let open = [...partitions];
  for (;;) {
    const asking = [...leaders.byLeader(open)].map(([leader, group]) =>
      leader < 0
        ? fail(found, group, leaderNotAvailable)
        : askLeader(wire, leader, group, query, { isolation, deadline }, found),
    );
    open = (await Promise.all(asking)).flat();
    if (open.length === 0 || deadline.remainingMs() < retryPauseMs) return found;
    await pause(retryPauseMs);
    await leaders.refresh(deadline);
  }
}

/** Asks one broker. @returns the partitions that are worth another try; their errors stand until then */
async function askLeader(
  wire: Wire,
  leader: number,
  partitions: TopicPartition[],
  query: OffsetQuery,
  { isolation, deadline }: { isolation: IsolationLevel; deadline: Deadline },
  found: FoundOffsets,
): Promise<TopicPartition[]> {
  const [timestamp, from] = typeof query === 'object' ? [BigInt(query.timeMs), 1] : signs[query];
  const topics = [...groupByTopic(partitions)].map(([name, group]) => ({
    name,
    partitions: group.map(({ partition }) => ({ partitionIndex: partition, timestamp })),
  }));
  const body = { replicaId: -1, isolationLevel: isolationCodes[isolation], topics };
  try {
    const answer = await wire.request(
      within(listOffsetsOnce, { from }),
      body,
      { broker: leader },
      { deadline },
    );
    const again: TopicPartition[] = [];
    for (const { name, partitions: answers } of answer.topics) {
      for (const { partitionIndex, errorCode, offset, timestamp: ofRecord } of answers) {
        const asked = { topic: name, partition: partitionIndex };
        if (errorCode !== 0) {
          fail(found, [asked], errorCode);
          if (errorOf(errorCode).retriable) again.push(asked);
        } else {
          if (offset >= 0n) found.offsets.set(partitionName(asked), Number(offset));
          if (ofRecord >= 0n) found.timestampsMs.set(partitionName(asked), Number(ofRecord));
          found.errors.delete(partitionName(asked));
        }
      }
    }
    return again;
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    for (const partition of partitions) {
      const name = partitionName(partition);
      found.errors.set(name, itemError(name, error));
    }
    return partitions;
  }
}

function fail(found: FoundOffsets, partitions: TopicPartition[], errorCode: number): [] {
  for (const partition of partitions) {
    const name = partitionName(partition);
    found.errors.set(name, partitionError(name, errorCode));
  }
  return [];
}

/** Kafka's error of one partition as an item's error; `words` are the broker's own, where it has any. */
export function partitionError(name: string, errorCode: number, words?: string | null): ItemError {
  const { name: code, message } = errorOf(errorCode);
  const hint =
    errorCode === leaderNotAvailable ? 'Its brokers are down: kctl topics describe shows which.' : '';
  return { subject: name, code, message: words ?? message, ...(hint ? { hint } : {}) };
}

/** Nobody answered, or not in time: it may be different in a moment. */
export function isUnreachable(error: unknown): error is KctlError {
  return (
    error instanceof KctlError &&
    (error.exitCode === ExitCode.unreachable || error.exitCode === ExitCode.timedOut)
  );
}
