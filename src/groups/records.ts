import type { Deadline } from '../base/deadline.js';
import type { ItemError } from '../base/result.js';
import { Fetcher } from '../client/fetch.js';
import { LeaderTable, partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import type { FetchStart } from '../client/fetch-slot.js';
import type { Cluster } from '../cluster/index.js';
import { RecordCursor } from '../protocol/records/cursor.js';

/** An offset in a partition. */
export interface Place extends TopicPartition {
  offset: number;
}

export function placeName(place: Place): string {
  return `${partitionName(place)}@${place.offset}`;
}

/** Partitions read at a time: an answer holds megabytes of each. */
const partitionsAtATime = 50;

/**
 * Reads a range of each partition.
 * @param take is given the cursor at each record; it holds until `take` returns, which says whether to go on
 * @returns the errors of partitions that could not be read in time
 */
export async function readRanges(
  cluster: Cluster,
  ranges: readonly FetchStart[],
  deadline: Deadline,
  take: (range: FetchStart, record: RecordCursor) => boolean,
): Promise<ItemError[]> {
  const { wire } = cluster;
  const leaders = new LeaderTable(wire, [...new Set(ranges.map(({ topic }) => topic))]);
  if (ranges.length > 0) await leaders.refresh(deadline);
  const errors: ItemError[] = [];
  for (let at = 0; at < ranges.length; at += partitionsAtATime) {
    const some = ranges.slice(at, at + partitionsAtATime);
    const byName = new Map(some.map((range) => [partitionName(range), range]));
    const giveUpAfterMs = deadline.remainingMs() * 0.5;
    const signal = AbortSignal.timeout(Math.max(1, Math.round(deadline.remainingMs() * 0.8)));
    const options = { isolation: 'read_uncommitted', giveUpAfterMs, signal, note: () => {} } as const;
    const fetcher = new Fetcher(wire, leaders, some, options);
    for await (const answers of fetcher.answers()) {
      for (const { topic, partition, records, startOffset } of answers) {
        const range = byName.get(partitionName({ topic, partition }));
        const cursor = new RecordCursor(records, { startOffset, abortedTransactions: [] });
        while (range && cursor.next() && take(range, cursor));
      }
    }
    errors.push(...fetcher.problems());
  }
  return errors;
}

/** When the first record at or behind each place was written, in epoch milliseconds, by the place's name. */
export async function firstTimestamps(
  cluster: Cluster,
  places: readonly Place[],
  deadline: Deadline,
): Promise<Map<string, number>> {
  const timestamps = new Map<string, number>();
  const unique = [...new Map(places.map((place) => [placeName(place), place])).values()];
  // A partition is read at one place at a time: groups that are at different places of it take turns.
  for (let open = unique; open.length > 0; ) {
    const now = new Map<string, Place>();
    for (const place of open) if (!now.has(partitionName(place))) now.set(partitionName(place), place);
    const ranges = [...now.values()].map((place) => ({
      ...place,
      from: place.offset,
      end: place.offset + 1,
    }));
    await readRanges(cluster, ranges, deadline, (range, { timestampMs }) => {
      const name = placeName({ ...range, offset: Number(range.from) });
      if (!timestamps.has(name)) timestamps.set(name, timestampMs);
      return false;
    });
    open = open.filter((place) => now.get(partitionName(place)) !== place);
    if (deadline.passed) break;
  }
  return timestamps;
}
