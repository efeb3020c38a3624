import { usageError } from '../base/errors.js';
import type { Codecs } from './codecs/codec.js';
import { openCodecs } from './codecs/flags.js';
import { readsStored, storedTopicOf } from './codecs/formatters.js';
import type { ConsumeRequest } from './consume.js';
import type { ConsumeFlagValues as OwnFlagValues } from './consume-flags.js';
import { parseStart, parseStarts, type ReadRange, type StartPosition } from './consume-start.js';
import { allOf, keyIs, type RecordFilter, valueMatches } from './filter.js';
import { compileFormat, formatValueLine, type RecordFormatter } from './format.js';
import { formatJsonLine } from './format-json.js';
import { type GroupFlagValues, membershipRequest } from './group-flags.js';

type ConsumeFlagValues = OwnFlagValues & GroupFlagValues & { group?: string | undefined };

/** @throws a usage error for flags that make no sense */
export async function consumeRequest(
  topics: readonly string[],
  flags: ConsumeFlagValues & { output: string },
): Promise<ConsumeRequest> {
  if (topics.length === 0) throw usageError('no topic was named', 'Write for example: kctl consume bier-bar');
  const range = rangeOf(flags);
  const { codecs, filter: ofFormatter } = await codecsOf(topics, flags);
  const wanted = flags.expect ?? (flags.first ? 1 : flags['max-messages']);
  return {
    topics: [...new Set(topics)],
    partitions: partitionsOf(flags, range),
    ...range,
    forMs: timeLeft(flags),
    maxRecords: wanted ?? Number.POSITIVE_INFINITY,
    expected: flags.expect,
    last: flags.tail,
    isolation: flags['isolation-level'],
    group: flags.group,
    membership: membershipRequest(flags),
    fetching: { rack: flags['client-rack'], maxBytesPerSec: flags['max-rate'] },
    format: formatterOf(flags, codecs),
    filter: allOf([...(ofFormatter ? [ofFormatter] : []), ...(await filtersOf(flags, codecs))]),
    codecs,
    failsUndecodable: flags['on-error'] === 'fail',
    consumer: flags['consumer-name'] ?? `consumer-${process.pid}`,
    giveUpAfterMs: flags['delivery-timeout'],
  };
}

function rangeOf(flags: ConsumeFlagValues): ReadRange {
  const { offset, since, until, tail } = flags;
  const isPast = until !== undefined && until <= Date.now();
  const stopAtEnd = flags['exit-at-end'] || isPast || tail !== undefined;
  if (since !== undefined && until !== undefined && since >= until)
    throw usageError('--since is not before --until');
  const starts = offset?.includes(':') ? parseStarts(offset) : undefined;
  const range = { sinceMs: since, untilMs: isPast ? until : undefined, starts, stopAtEnd };
  return { ...range, start: startOf(flags, stopAtEnd) };
}

/** Who follows wants what comes; who stops at the end wants what is there. */
function startOf(flags: ConsumeFlagValues, stopAtEnd: boolean): StartPosition {
  const { offset, tail } = flags;
  if (tail !== undefined) return { point: 'latest', shift: -tail };
  if (offset !== undefined && !offset.includes(':')) return parseStart(offset);
  return { point: flags['from-beginning'] || stopAtEnd ? 'earliest' : 'latest', shift: 0 };
}

function partitionsOf({ partition }: ConsumeFlagValues, { starts }: ReadRange): number[] | undefined {
  if (starts && partition) throw usageError('--offset names the partitions already; leave --partition out');
  const wanted = starts?.keys() ?? partition;
  return wanted && [...new Set(wanted)];
}

/** An --until that is not here yet is waited for. */
function timeLeft({ for: forMs, until }: ConsumeFlagValues): number | undefined {
  const untilMs = until === undefined ? -1 : until - Date.now();
  if (untilMs <= 0) return forMs;
  return Math.min(untilMs, forMs ?? untilMs);
}

/** The cheapest one decides first. */
async function filtersOf(flags: ConsumeFlagValues, codecs: Codecs): Promise<RecordFilter[]> {
  const filters: RecordFilter[] = [];
  if (flags.key !== undefined) filters.push(keyIs(flags.key));
  if (flags.grep !== undefined) filters.push(await valueMatches(flags.grep));
  if (flags.where !== undefined) {
    const { recordsWhere } = await import('./where.js');
    filters.push(await recordsWhere(flags.where, codecs));
  }
  return filters;
}

/** As the flags say; what is in Kafka's own topics is known. */
async function codecsOf(
  topics: readonly string[],
  flags: ConsumeFlagValues,
): Promise<{ codecs: Codecs; filter?: RecordFilter }> {
  const { formatter } = flags;
  const codecs = await openCodecs(flags);
  const stored = storedTopicOf(topics);
  const wantsStored = formatter === undefined ? stored !== undefined : readsStored(formatter);
  if (!wantsStored || codecs.key || codecs.value) return { codecs };
  const { formatterCodecs, kafkaCodecs } = await import('./codecs/kafka-topics.js');
  if (formatter !== undefined && readsStored(formatter)) return formatterCodecs(formatter);
  return stored ? { codecs: kafkaCodecs(stored) } : { codecs };
}

/** As Kafka's formatters write a record of Kafka's own. */
const storedLine = '\\{"key":{key},"value":{value}}';

function formatterOf(flags: ConsumeFlagValues & { output: string }, { value }: Codecs): RecordFormatter {
  const { format, delimiter, output, formatter } = flags;
  if (formatter === 'NoOpMessageFormatter') return () => {};
  if (format !== undefined) return compileFormat(format);
  if (delimiter !== undefined)
    return compileFormat(`{value}${delimiter.replaceAll('{', '\\x7b').replaceAll('%', '\\x25')}\\c`);
  if (output === 'json' || output === 'ndjson') return formatJsonLine;
  if (output === 'table' || output === 'wide')
    return value?.format === 'kafka' ? compileFormat(storedLine) : formatValueLine;
  throw usageError(
    `records cannot be printed as ${output}`,
    'Use -o json, or --format with fields of your own.',
  );
}
