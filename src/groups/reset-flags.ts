import * as Flags from '@oclif/core/flags';
import { usageError } from '../base/errors.js';
import { parseDurationMs } from '../base/parse.js';
import { parseTime } from '../base/time.js';
import { type PartitionWord, parsePartitionWord } from '../topics/partitions.js';
import { readPlaces } from './places-file.js';
import type { ResetRequest, ResetTarget } from './reset-types.js';

const targets = [
  ...['to-earliest', 'to-latest', 'to-current', 'to-offset', 'to-datetime'],
  ...['by-duration', 'shift-by', 'like', 'from-file'],
] as const;
const only = { exactlyOne: [...targets] };

/** The flags of `groups reset`: Kafka's own ways, and two more. */
export const resetFlags = {
  topic: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'topics or globs, or partitions as orders:0,2-5',
    exclusive: ['all-topics'],
  }),
  'all-topics': Flags.boolean({
    description: 'all that the group has committed offsets of, or as a share group reads',
  }),
  'to-earliest': Flags.boolean({ description: 'to the first record', ...only }),
  'to-latest': Flags.boolean({ description: 'to the end', ...only }),
  'to-current': Flags.boolean({ description: 'to where it is; what has no offset goes to its end', ...only }),
  'to-offset': Flags.integer({ min: 0, description: 'to this offset', ...only }),
  'to-datetime': Flags.string({
    description: 'to the first record of a time or later, such as 2026-05-01T10:00:00Z',
    ...only,
  }),
  'by-duration': Flags.string({ description: 'to the first record since so long ago: 15m, PT15M', ...only }),
  'shift-by': Flags.integer({ description: 'by so many records, forward or (negative) back', ...only }),
  like: Flags.string({ description: 'to where another group is', helpValue: '<group>', ...only }),
  'from-file': Flags.string({
    description: 'to the offsets of a file: an undo file, what export wrote, or Kafka’s own CSV',
    helpValue: '<file>',
    ...only,
  }),
  create: Flags.boolean({ description: 'make a group that is not there' }),
  type: Flags.option({
    options: ['classic', 'share'] as const,
    description: 'what --create makes (default as --like, or classic)',
    dependsOn: ['create'],
  })(),
  'undo-file': Flags.string({
    description: 'where to write the old offsets (default a new file in the state folder)',
    helpValue: '<file>',
  }),
};

export interface ResetFlagValues {
  topic?: string[] | undefined;
  'all-topics': boolean;
  'to-earliest': boolean;
  'to-latest': boolean;
  'to-current': boolean;
  'to-offset'?: number | undefined;
  'to-datetime'?: string | undefined;
  'by-duration'?: string | undefined;
  'shift-by'?: number | undefined;
  like?: string | undefined;
  'from-file'?: string | undefined;
  create: boolean;
  type?: 'classic' | 'share' | undefined;
}

/** @throws a usage error for words that leave open what is to be set */
export async function resetRequest(groups: readonly string[], flags: ResetFlagValues): Promise<ResetRequest> {
  const target = await targetOf(flags);
  const words = wordsOf(flags);
  const isNamed = 'places' in target || 'like' in target;
  if (!words && !isNamed && !flags['all-topics'])
    throw usageError('reset the offsets of which topics?', 'Write --topic orders, or --all-topics.');
  const ofFile = 'places' in target ? target.places.flatMap(({ group }) => group ?? []) : [];
  const chosen = groups.length > 0 ? groups : [...new Set(ofFile)];
  if (chosen.length === 0) throw usageError('reset which group?', 'Name a group first.');
  return { groups: chosen, words, target, create: flags.create, type: flags.type };
}

function wordsOf({ topic }: ResetFlagValues): PartitionWord[] | null {
  return topic ? topic.map(parsePartitionWord) : null;
}

async function targetOf(flags: ResetFlagValues): Promise<ResetTarget> {
  if (flags['to-earliest']) return { to: 'earliest' };
  if (flags['to-latest']) return { to: 'latest' };
  if (flags['to-offset'] !== undefined) return { toOffset: flags['to-offset'] };
  if (flags['shift-by'] !== undefined) return { shiftBy: flags['shift-by'] };
  if (flags['to-datetime'] !== undefined) return { timeMs: parseTime(flags['to-datetime']) };
  if (flags['by-duration'] !== undefined) return { timeMs: Date.now() - durationMs(flags['by-duration']) };
  if (flags.like !== undefined) return { like: flags.like };
  if (flags['from-file'] !== undefined) return { places: await readPlaces(flags['from-file']) };
  return { to: 'current' };
}

/** kctl's durations, and those of ISO 8601 that Kafka's own tool takes. */
export function durationMs(text: string): number {
  const iso = /^P(?=.)(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i.exec(text);
  if (!iso) return parseDurationMs(text);
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = iso;
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
