import * as Flags from '@oclif/core/flags';
import type { InferredFlags } from '@oclif/core/interfaces';
import { usageError } from '../base/errors.js';
import { parseBytes, parseDurationMs, parseEscapes, parseKeyValue, parseTimestampMs } from '../base/parse.js';
import { CODECS, COMPRESSION_LEVELS } from '../protocol/compression.js';
import type { RecordHeader } from '../protocol/records/batch.js';
import { PARTITIONERS } from '../protocol/records/partitioner.js';
import type { Codecs } from './codecs/codec.js';
import { encodeFlags } from './codecs/flags.js';
import type { InputForm, ProduceRequest } from './produce.js';

const inputs = ['lines', 'ndjson', 'raw'] as const;

const duration = Flags.custom<number>({
  parse: async (text) => parseDurationMs(text),
  helpValue: '<duration>',
});

/** The flags of console-producer beside those of the connection. */
export const produceFlags = {
  topic: Flags.string({
    char: 't',
    description: 'the topic, as Kafka’s own tool takes it',
    helpValue: '<topic>',
  }),
  input: Flags.option({
    options: inputs,
    description: 'lines, ndjson as the consumer prints it with -o json, or raw: each file is a value',
    default: 'lines',
  })(),
  delimiter: Flags.string({
    char: 'D',
    description: 'what ends a record instead of a line feed (\\n \\t \\r \\0 \\xHH)',
    helpValue: '<text>',
  }),
  repeat: Flags.integer({ description: 'write the files so many times over', min: 1, default: 1 }),
  'keep-partition': Flags.boolean({ description: 'ndjson: write each record to the partition it names' }),
  'keep-timestamp': Flags.boolean({ description: 'ndjson: keep the timestamp that each record names' }),
  ...encodeFlags,
  template: Flags.string({
    description:
      'make lines: {now}, {ms}, {n} and {uuid} are filled in; one a second unless --rate or --count',
    helpValue: '<text>',
  }),
  count: Flags.integer({
    description: 'end a template after so many lines',
    min: 1,
    dependsOn: ['template'],
  }),
  rate: Flags.custom<number>({
    parse: async (text) => parseRate(text),
    description: 'at most so many records, as 10/s or 600/m',
    helpValue: '<n/s>',
  })(),
  'key-separator': Flags.string({
    char: 'K',
    description: 'each line is a key, this, and a value (\\t is a tab)',
    helpValue: '<text>',
  }),
  'null-marker': Flags.string({
    char: 'Z',
    description: 'a key or value of this text is null: a tombstone',
    helpValue: '<text>',
  }),
  timestamp: Flags.custom<number>({
    parse: async (text) => parseTimestampMs(text),
    description: 'of every record: RFC 3339, or milliseconds since 1970',
    helpValue: '<time>',
  })(),
  headers: Flags.boolean({
    description: 'each line begins with headers and a tab: name:value,name:value<TAB>',
  }),
  header: Flags.string({
    char: 'H',
    description: 'a header of every record',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: '<name=value>',
  }),
  partition: Flags.integer({ char: 'p', description: 'write to this partition only', min: 0 }),
  acks: Flags.custom<ProduceRequest['acks']>({
    parse: async (text) => parseAcks(text),
    description: 'who must have a record: all in-sync replicas (idempotent), the leader (1), nobody (0)',
    default: 'all',
    helpValue: '<all|1|0>',
  })(),
  compression: Flags.custom<Compression>({
    parse: async (text) => parseCompression(text),
    description: `compress batches (default none): ${CODECS.join(', ')}; gzip and zstd with a level, as zstd:6`,
    helpValue: '<codec[:level]>',
  })(),
  partitioner: Flags.option({
    options: PARTITIONERS,
    default: 'murmur2',
    description: 'murmur2 as Kafka’s Java client, crc32 as librdkafka; both leave records without a key free',
  })(),
  'transactional-id': Flags.string({
    description: 'write in transactions of this id; what fails aborts the last one',
    helpValue: '<id>',
  }),
  'commit-every': Flags.integer({
    description: 'commit after so many records, not only at the end',
    min: 1,
    dependsOn: ['transactional-id'],
  }),
  linger: duration({ description: 'how long a batch waits for more records', default: 5 }),
  'batch-size': Flags.custom<number>({
    parse: async (text) => parseBytes(text),
    description: 'bytes of a batch before compression',
    default: 1_000_000,
    helpValue: '<bytes>',
  })(),
  'delivery-timeout': duration({
    description: 'how long a record may take to be acknowledged, retries included',
    default: 120_000,
  }),
  'on-error': Flags.option({
    options: ['stop', 'continue'] as const,
    default: 'stop',
    description: 'what a line that is not taken means for those behind it',
  })(),
  create: Flags.boolean({ description: 'let the broker make the topic if it does so by itself' }),
};

type ProduceFlagValues = InferredFlags<typeof produceFlags>;

/**
 * @param words the topic and files, or files alone where --topic names the topic
 * @throws KctlError exit 2 where the words contradict each other
 */
export function produceRequest(
  words: readonly string[],
  flags: ProduceFlagValues,
  codecs: Codecs,
): ProduceRequest {
  const [topic, ...files] = flags.topic === undefined ? words : [flags.topic, ...words];
  if (!topic) throw usageError('no topic was named', 'For example: kctl console-producer bier-bar');
  const { template, count, rate, partition } = flags;
  if (template !== undefined && files.length > 0) throw usageError('--template and files exclude each other');
  if (flags.repeat > 1 && (files.length === 0 || files.includes('-')))
    throw usageError('standard input cannot be read twice', 'Name files to use --repeat.');
  const [transactionalId, commitEvery] = [flags['transactional-id'], flags['commit-every']];
  if (transactionalId !== undefined && flags.acks !== 'all') throw usageError('transactions need --acks all');
  return {
    topic,
    form: inputForm(flags, codecs),
    files: files.length > 0 ? files : ['-'],
    repeat: flags.repeat,
    delimiter: delimiterOf(flags),
    acks: flags.acks,
    ...(flags.compression ?? { codec: 'none' }),
    partitioner: flags.partitioner,
    batchBytes: flags['batch-size'],
    lingerMs: flags.linger,
    deliveryTimeoutMs: flags['delivery-timeout'],
    create: flags.create,
    onError: flags['on-error'],
    ...(transactionalId === undefined ? {} : { transactionalId }),
    ...(commitEvery === undefined ? {} : { commitEvery }),
    ...(partition === undefined ? {} : { partition }),
    ...(template === undefined ? {} : { template }),
    ...(count === undefined ? {} : { count }),
    ...(rate === undefined ? {} : { ratePerSec: rate }),
  };
}

/** Flags that say how a line of text is a record, which ndjson and raw values say by themselves. */
const lineFlags = ['key-separator', 'headers', 'null-marker', 'timestamp'] as const;

function inputForm(flags: ProduceFlagValues, codecs: Codecs): InputForm {
  const headers = (flags.header ?? []).map(parseHeader);
  const { input } = flags;
  const refuse = (name: keyof ProduceFlagValues, otherInput: string) => {
    if (flags[name] !== undefined && flags[name] !== false)
      throw usageError(`--${name} belongs to --input ${otherInput}, not ${input}`);
  };
  if (input === 'ndjson') {
    for (const name of [...lineFlags, 'delimiter'] as const) refuse(name, 'lines');
    const [keepPartition, keepTimestamp] = [flags['keep-partition'], flags['keep-timestamp']];
    return { type: 'ndjson', headers, keepPartition, keepTimestamp, codecs };
  }
  for (const name of ['keep-partition', 'keep-timestamp'] as const) refuse(name, 'ndjson');
  if (input === 'raw') refuse('headers', 'lines');
  const [separator, marker] = [flags['key-separator'], flags['null-marker']];
  return {
    type: 'lines',
    headers,
    codecs,
    lineHeaders: flags.headers,
    ...(separator === undefined ? {} : { keySeparator: parseSeparator('key-separator', separator) }),
    ...(marker === undefined ? {} : { nullMarker: Buffer.from(marker) }),
    ...(flags.timestamp === undefined ? {} : { timestampMs: flags.timestamp }),
  };
}

function delimiterOf({ input, delimiter }: ProduceFlagValues): Buffer | null {
  if (delimiter !== undefined) return parseSeparator('delimiter', delimiter);
  return input === 'raw' ? null : Buffer.from('\n');
}

function parseSeparator(flag: string, text: string): Buffer {
  const bytes = parseEscapes(text);
  if (bytes.length === 0) throw usageError(`--${flag} cannot be empty`);
  return bytes;
}

function parseHeader(text: string): RecordHeader {
  const [key, value] = parseKeyValue(text);
  return { key: Buffer.from(key), value: Buffer.from(value) };
}

export type Compression = Pick<ProduceRequest, 'codec' | 'level'>;

function parseCompression(text: string): Compression {
  const [name, level] = text.split(':', 2);
  const codec = CODECS.find((known) => known === name);
  if (!codec) throw usageError(`"${name}" is no codec`, `There are ${CODECS.join(', ')}.`);
  if (level === undefined) return { codec };
  if (codec !== 'gzip' && codec !== 'zstd') throw usageError(`${codec} has no levels`);
  const { min, max } = COMPRESSION_LEVELS[codec];
  if (/^\d{1,2}$/.test(level) && Number(level) >= min && Number(level) <= max)
    return { codec, level: Number(level) };
  throw usageError(`"${level}" is no level of ${codec}`, `They are ${min} to ${max}.`);
}

/** Kafka writes `all` as -1 too. */
function parseAcks(text: string): ProduceRequest['acks'] {
  if (text === 'all' || text === '-1') return 'all';
  if (text === '1' || text === '0') return text;
  throw usageError(`It is all, 1 or 0, not "${text}"`);
}

const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3600 };

/** Records a second, from `10`, `10/s`, `600/m` or `1/h`. */
function parseRate(text: string): number {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(?:\/(s|m|h))?$/.exec(text) ?? [];
  const rate = Number(amount) / (unitSeconds[unit] ?? 1);
  if (rate > 0) return rate;
  throw usageError(`"${text}" is not a rate`, 'Write for example 10/s, 600/m or 1/h.');
}
