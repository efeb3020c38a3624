import type { ListDocument } from '../base/result.js';
import type { TopicPartition } from '../client/fetch-leaders.js';
import type { PartitionWord } from '../topics/partitions.js';
import type { GroupType } from './types.js';

/** Where offsets are set to; Kafka's own ways, another group's, or those of a file. */
export type ResetTarget =
  | { to: 'earliest' | 'latest' | 'current' }
  | { toOffset: number }
  | { timeMs: number }
  | { shiftBy: number }
  | { like: string }
  | { places: GroupPlace[] };

export interface GroupPlace extends TopicPartition {
  /** Absent in a file for one group. */
  group?: string;
  offset: number;
}

export interface ResetRequest {
  groups: readonly string[];
  /** Topics or partitions; null for all that the group has committed, or that the file or other group names. */
  words: readonly PartitionWord[] | null;
  target: ResetTarget;
  /** A group that is not there yet is made. */
  create: boolean;
  /** What it is made as; without one, as the group that it is to be like, or a classic one. */
  type?: Extract<GroupType, 'classic' | 'share'> | undefined;
}

export interface OffsetReset extends TopicPartition {
  group: string;
  oldOffset: number | null;
  newOffset: number;
  difference: number | null;
  /** `valid` is the result of a dry run. */
  result: 'reset' | 'valid';
}

export interface GroupResetList extends ListDocument<OffsetReset> {
  dryRun: boolean;
  validatedBy?: 'broker' | 'client';
  /** What brings the old offsets back. */
  undoFile?: string;
}
