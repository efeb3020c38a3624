import type { Deadline } from '../base/deadline.js';
import { usageError } from '../base/errors.js';
import type { ItemError } from '../base/result.js';
import { type LeaderTable, partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import type { FetchStart } from '../client/fetch-slot.js';
import { type FoundOffsets, findOffsets, type IsolationLevel, type OffsetPoint } from '../client/offsets.js';
import type { Wire } from '../cluster/index.js';

/** Where to begin: at an offset, or so many records behind the beginning or before the end. */
export type StartPosition = { offset: number } | { point: OffsetPoint; shift: number };

/** What is read of each partition. */
export interface ReadRange {
  /** In a group, only for partitions without a committed offset. */
  start: StartPosition;
  /** Of single partitions, by number; the others are not read when there are any. */
  starts?: ReadonlyMap<number, StartPosition> | undefined;
  /** Begin at the first record of this time or later, in place of `start`. */
  sinceMs?: number | undefined;
  /** Stop before the first record of this time or later; the time is past. */
  untilMs?: number | undefined;
  stopAtEnd: boolean;
}

const points: Record<string, OffsetPoint> = {
  earliest: 'earliest',
  beginning: 'earliest',
  latest: 'latest',
  end: 'latest',
};

/** Parses `earliest` or `beginning`, `latest` or `end`, `42`, `+10` (behind the beginning) or `-10` (before the end). */
export function parseStart(text: string): StartPosition {
  const match = /^(?:(earliest|beginning|latest|end)|([+-]?)(\d{1,15}))$/.exec(text.trim());
  if (!match) {
    throw usageError(
      `"${text}" is not an offset`,
      'Write earliest, latest, an offset, +N (behind the beginning) or -N (before the end).',
    );
  }
  const [, word = '', sign, digits] = match;
  const point = points[word];
  if (point) return { point, shift: 0 };
  const count = Number(digits);
  if (sign === '') return { offset: count };
  return sign === '+' ? { point: 'earliest', shift: count } : { point: 'latest', shift: -count };
}

/** Parses `0:100,1:-5`: a start for each partition that is to be read. */
export function parseStarts(text: string): Map<number, StartPosition> {
  const starts = new Map<number, StartPosition>();
  for (const part of text.split(',')) {
    const [, partition, start = ''] = /^\s*(\d{1,9}):(.+)$/.exec(part) ?? [];
    if (partition === undefined || starts.has(Number(partition)))
      throw usageError(
        `"${text}" is no start for each partition once`,
        'Write for example 0:100,1:-5,2:end.',
      );
    starts.set(Number(partition), parseStart(start));
  }
  return starts;
}

export interface FoundStarts {
  starts: FetchStart[];
  /** Of partitions that cannot be read to their end. */
  errors: ItemError[];
}

/**
 * Finds where each partition begins and, with `stopAtEnd`, where it ends: at the end it has now. A partition
 * whose offsets cannot be found now is an error then; without an end it is read as soon as it answers.
 */
export async function findStarts(
  wire: Wire,
  leaders: LeaderTable,
  partitions: readonly TopicPartition[],
  options: ReadRange & { isolation: IsolationLevel; deadline: Deadline },
): Promise<FoundStarts> {
  const { start, starts: startOf, sinceMs, untilMs } = options;
  const positions = startOf ? [...startOf.values()] : [start];
  const nothing: FoundOffsets = { offsets: new Map(), timestampsMs: new Map(), errors: new Map() };
  const findAt = (timeMs: number | undefined) =>
    timeMs === undefined ? nothing : findOffsets(wire, leaders, partitions, { timeMs }, options);
  const mayNeedAll = sinceMs !== undefined || options.stopAtEnd;
  const needsPoint = mayNeedAll || positions.some((position) => 'point' in position);
  const find = (point: OffsetPoint) =>
    needsPoint ? findOffsets(wire, leaders, partitions, point, options) : nothing;
  const [first, end, since, until] = await Promise.all([
    find('earliest'),
    find('latest'),
    findAt(sinceMs),
    findAt(untilMs),
  ]);
  const found = [first, end, since, until];
  const errors = new Map(found.flatMap((offsets) => [...offsets.errors]));
  const starts = partitions.flatMap((partition): FetchStart[] => {
    const name = partitionName(partition);
    const position = startOf?.get(partition.partition) ?? start;
    if (errors.has(name)) {
      const from = 'offset' in position ? position.offset : position.point;
      return mayNeedAll ? [] : [{ ...partition, from }];
    }
    const last = end.offsets.get(name);
    const from =
      sinceMs === undefined
        ? placeStart(position, first.offsets.get(name) ?? 0, last)
        : (since.offsets.get(name) ?? last ?? 0);
    return [{ ...partition, from, end: options.stopAtEnd ? (until.offsets.get(name) ?? last) : undefined }];
  });
  return { starts, errors: mayNeedAll ? [...errors.values()] : [] };
}

/** Where a start is in a partition that holds the offsets from `first` to before `end`; never outside of them. */
export function placeStart(start: StartPosition, first: number, end = Number.POSITIVE_INFINITY): number {
  if ('offset' in start) return start.offset;
  const from = (start.point === 'earliest' ? first : end) + start.shift;
  return Math.min(Math.max(from, first), end);
}
