import { usageError } from '../base/errors.js';
import type { IsolationLevel } from '../client/offsets.js';
import type { Codecs } from './codecs/codec.js';
import type { ConsumeRequest } from './consume.js';
import { parseStart, type StartPosition } from './consume-start.js';
import { compileFormat, formatValueLine, type RecordFormatter } from './format.js';
import { formatJsonLine } from './format-json.js';
import { type GroupFlagValues, membershipRequest } from './group-flags.js';

/** Kafka's console consumer reads uncommitted data unless told, and so does kctl. */
export const isolationLevels = ['read_uncommitted', 'read_committed'] as const satisfies IsolationLevel[];

/** The flags of `console-consumer` that say what to read and how to print it. */
export interface ConsumeFlagValues extends GroupFlagValues {
  'from-beginning'?: boolean;
  offset?: string | undefined;
  partition?: number[] | undefined;
  'max-messages'?: number | undefined;
  'exit-at-end'?: boolean;
  group?: string | undefined;
  'isolation-level': IsolationLevel;
  format?: string | undefined;
  output: string;
  'consumer-name'?: string | undefined;
  'delivery-timeout'?: number | undefined;
}

const defaultGiveUpAfterMs = 120_000;

/** @throws a usage error for flags that make no sense */
export function consumeRequest(
  topics: readonly string[],
  flags: ConsumeFlagValues,
  codecs: Codecs,
): ConsumeRequest {
  if (topics.length === 0) throw usageError('no topic was named', 'Write for example: kctl consume bier-bar');
  return {
    topics: [...new Set(topics)],
    partitions: flags.partition && [...new Set(flags.partition)],
    start: startOf(flags),
    stopAtEnd: flags['exit-at-end'] ?? false,
    maxRecords: flags['max-messages'] ?? Number.POSITIVE_INFINITY,
    isolation: flags['isolation-level'],
    group: flags.group,
    membership: membershipRequest(flags),
    format: formatterOf(flags),
    codecs,
    consumer: flags['consumer-name'] ?? `consumer-${process.pid}`,
    giveUpAfterMs: flags['delivery-timeout'] ?? defaultGiveUpAfterMs,
  };
}

/** Who follows wants what comes; who stops at the end wants what is there. */
function startOf(flags: ConsumeFlagValues): StartPosition {
  if (flags.offset !== undefined) return parseStart(flags.offset);
  const fromBeginning = flags['from-beginning'] || flags['exit-at-end'];
  return { point: fromBeginning ? 'earliest' : 'latest', shift: 0 };
}

function formatterOf({ format, output }: ConsumeFlagValues): RecordFormatter {
  if (format !== undefined) return compileFormat(format);
  if (output === 'json' || output === 'ndjson') return formatJsonLine;
  if (output === 'table' || output === 'wide') return formatValueLine;
  throw usageError(
    `records cannot be printed as ${output}`,
    'Use -o json, or --format with fields of your own.',
  );
}
