import * as Flags from '@oclif/core/flags';
import { usageError } from '../base/errors.js';
import { parseBytes, parseDurationMs, parseKeyValue } from '../base/parse.js';
import { CODECS } from '../protocol/compression.js';
import type { RecordHeader } from '../protocol/records/batch.js';
import type { ProduceRequest } from './produce.js';

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
  file: Flags.string({
    char: 'f',
    description: 'read lines from a file ("-" is standard input)',
    helpValue: '<file>',
    exclusive: ['template'],
  }),
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
  compression: Flags.option({ options: CODECS, default: 'none', description: 'compress batches' })(),
  linger: duration({ description: 'how long a batch waits for more records', default: 5 }),
  'batch-size': Flags.custom<number>({
    parse: async (text) => parseBytes(text),
    description: 'bytes of a batch before compression',
    default: 256 * 1024,
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

interface ProduceFlagValues {
  topic?: string | undefined;
  file?: string | undefined;
  template?: string | undefined;
  count?: number | undefined;
  rate?: number | undefined;
  'key-separator'?: string | undefined;
  headers: boolean;
  header?: string[] | undefined;
  partition?: number | undefined;
  acks: ProduceRequest['acks'];
  compression: ProduceRequest['codec'];
  linger: number;
  'batch-size': number;
  'delivery-timeout': number;
  'on-error': ProduceRequest['onError'];
  create: boolean;
}

/** @throws KctlError exit 2 where the words contradict each other */
export function produceRequest(topicArgument: string | undefined, flags: ProduceFlagValues): ProduceRequest {
  const topic = topicArgument ?? flags.topic;
  if (!topic || (flags.topic !== undefined && flags.topic !== topic)) {
    throw usageError('console-producer takes one topic', 'For example: kctl console-producer bier-bar');
  }
  const separator = flags['key-separator']?.replaceAll('\\t', '\t');
  if (separator === '') throw usageError('--key-separator cannot be empty');
  return {
    topic,
    acks: flags.acks,
    codec: flags.compression,
    batchBytes: flags['batch-size'],
    lingerMs: flags.linger,
    deliveryTimeoutMs: flags['delivery-timeout'],
    create: flags.create,
    onError: flags['on-error'],
    lineHeaders: flags.headers,
    headers: (flags.header ?? []).map(parseHeader),
    ...(separator === undefined ? {} : { keySeparator: Buffer.from(separator) }),
    ...(flags.partition === undefined ? {} : { partition: flags.partition }),
    ...(flags.file === undefined ? {} : { file: flags.file }),
    ...(flags.template === undefined ? {} : { template: flags.template }),
    ...(flags.count === undefined ? {} : { count: flags.count }),
    ...(flags.rate === undefined ? {} : { ratePerSec: flags.rate }),
  };
}

function parseHeader(text: string): RecordHeader {
  const [key, value] = parseKeyValue(text);
  return { key: Buffer.from(key), value: Buffer.from(value) };
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
