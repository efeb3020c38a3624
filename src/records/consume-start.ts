import type { Deadline } from '../base/deadline.js';
import { usageError } from '../base/errors.js';
import type { ItemError } from '../base/result.js';
import { type LeaderTable, partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import type { FetchStart } from '../client/fetch-slot.js';
import { type FoundOffsets, findOffsets, type IsolationLevel, type OffsetPoint } from '../client/offsets.js';
import type { Wire } from '../cluster/index.js';

/** Where to begin: at an offset, or so many records behind the beginning or before the end. */
export type StartPosition = { offset: number } | { point: OffsetPoint; shift: number };

/** Parses `earliest`, `latest`, `42`, `+10` (behind the beginning) or `-10` (before the end). */
export function parseStart(text: string): StartPosition {
  const match = /^(?:(earliest|latest)|([+-]?)(\d{1,15}))$/.exec(text.trim());
  if (!match) {
    throw usageError(
      `"${text}" is not an offset`,
      'Write earliest, latest, an offset, +N (behind the beginning) or -N (before the end).',
    );
  }
  const [, point, sign, digits] = match;
  if (point !== undefined) return { point: point as OffsetPoint, shift: 0 };
  const count = Number(digits);
  if (sign === '') return { offset: count };
  return sign === '+' ? { point: 'earliest', shift: count } : { point: 'latest', shift: -count };
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
  options: { start: StartPosition; stopAtEnd: boolean; isolation: IsolationLevel; deadline: Deadline },
): Promise<FoundStarts> {
  const { start, stopAtEnd } = options;
  const nothing: FoundOffsets = { offsets: new Map(), errors: new Map() };
  const find = (point: OffsetPoint) => findOffsets(wire, leaders, partitions, point, options);
  const [first, end] = await Promise.all([
    'point' in start ? find('earliest') : nothing,
    stopAtEnd || ('point' in start && start.point === 'latest') ? find('latest') : nothing,
  ]);
  const errors = new Map([...first.errors, ...end.errors]);
  const starts = partitions.flatMap((partition): FetchStart[] => {
    const name = partitionName(partition);
    if (errors.has(name)) {
      const from = 'offset' in start ? start.offset : start.point;
      return stopAtEnd ? [] : [{ ...partition, from }];
    }
    const from = placeStart(start, first.offsets.get(name) ?? 0, end.offsets.get(name));
    return [{ ...partition, from, ...(stopAtEnd ? { end: end.offsets.get(name) } : {}) }];
  });
  return { starts, errors: stopAtEnd ? [...errors.values()] : [] };
}

/** Where a start is in a partition that holds the offsets from `first` to before `end`; never outside of them. */
export function placeStart(start: StartPosition, first: number, end = Number.POSITIVE_INFINITY): number {
  if ('offset' in start) return start.offset;
  const from = (start.point === 'earliest' ? first : end) + start.shift;
  return Math.min(Math.max(from, first), end);
}
