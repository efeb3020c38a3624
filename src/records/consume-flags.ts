import * as Flags from '@oclif/core/flags';
import type { InferredFlags } from '@oclif/core/interfaces';
import { parseBytes, parseDurationMs } from '../base/parse.js';
import { parseTime } from '../base/time.js';
import type { IsolationLevel } from '../client/offsets.js';
import { decodeFlags } from './codecs/flags.js';
import { type FormatterName, formatterNames, parseFormatter } from './codecs/formatters.js';

/** Kafka's console consumer reads uncommitted data unless told, and so does kctl. */
const isolationLevels = ['read_uncommitted', 'read_committed'] as const satisfies IsolationLevel[];

const several = { multiple: true, multipleNonGreedy: true } as const;
const duration = Flags.custom<number>({
  parse: async (text) => parseDurationMs(text),
  helpValue: '<duration>',
});
const time = Flags.custom<number>({ parse: async (text) => parseTime(text), helpValue: '<time>' });
const inRange = { helpGroup: 'RANGE' } as const;
const inSearch = { helpGroup: 'SEARCH' } as const;
const notInGroup = ['group'];

/** The flags of console-consumer beside those of the connection. */
export const consumeFlags = {
  topic: Flags.string({ ...several, description: "a topic to read, in Kafka's own way" }),

  'isolation-level': Flags.option({
    options: isolationLevels,
    default: 'read_uncommitted',
    aliases: ['isolation'],
    description: 'read_committed leaves out what transactions did not commit',
  })(),
  format: Flags.string({ description: 'what to print of each record; wins over --output' }),
  delimiter: Flags.string({
    char: 'D',
    description: 'print values as they are with this behind each, not a line feed (\\n \\t \\r \\0 \\xHH)',
    helpValue: '<text>',
    exclusive: ['format'],
  }),
  formatter: Flags.custom<FormatterName>({
    parse: async (text) => parseFormatter(text),
    description: `Kafka's formatter for records of its own topics, by the name of its class: ${formatterNames.join(', ')}`,
    helpValue: '<class>',
    exclusive: ['format', 'delimiter'],
  })(),
  'on-error': Flags.option({
    options: ['continue', 'fail'] as const,
    default: 'continue',
    description: 'what a key or value that does not decode means: shown as its bytes, or the end',
  })(),
  'consumer-name': Flags.string({ description: 'what {consumer} prints (default consumer-<process id>)' }),
  'client-rack': Flags.string({
    description: 'read from replicas of this rack, where the brokers allow it',
    helpValue: '<rack>',
  }),
  'max-rate': Flags.custom<number>({
    parse: async (text) => parseBytes(text.replace(/\/s$/, '')),
    description: 'fetch no more than that a second, as 20MB/s',
    helpValue: '<bytes/s>',
  })(),
  'delivery-timeout': duration({ description: 'end after so long without an answer', default: 120_000 }),

  'from-beginning': Flags.boolean({
    description: 'start at the first record; in a group: where none is committed',
    ...inRange,
  }),
  offset: Flags.string({
    description:
      'start at earliest, latest, N, +N or -N; or by partition, which reads only those: 0:100,1:-5',
    exclusive: ['from-beginning', 'group'],
    ...inRange,
  }),
  partition: Flags.integer({
    ...several,
    min: 0,
    description: 'read this partition only',
    exclusive: notInGroup,
    ...inRange,
  }),
  since: time({
    description:
      'start at the first record of this time or later: RFC 3339, epoch ms, 15m ago, yesterday 10:00',
    exclusive: ['from-beginning', 'offset', 'group'],
    ...inRange,
  }),
  until: time({
    description: 'end before the first record of this time or later',
    exclusive: notInGroup,
    ...inRange,
  }),
  tail: Flags.integer({
    description: 'print the last so many records of all that is read, by their times, and end',
    min: 1,
    max: 100_000,
    exclusive: ['from-beginning', 'offset', 'since', 'until', 'group', 'max-messages', 'expect'],
    ...inRange,
  }),
  'max-messages': Flags.integer({ min: 1, description: 'end after so many records', ...inRange }),
  'exit-at-end': Flags.boolean({
    description: 'read what is there now, from the beginning, and end',
    ...inRange,
  }),
  for: duration({ description: 'end after so long', ...inRange }),
  expect: Flags.integer({
    min: 1,
    description: 'end after so many records; exit 5 when the end comes first, 6 when the time of --for does',
    exclusive: ['max-messages', 'first'],
    ...inRange,
  }),

  grep: Flags.string({
    description: 'only records whose value has a match of this regular expression',
    helpValue: '<regex>',
    ...inSearch,
  }),
  where: Flags.string({
    description:
      'only records for which this holds: topic, partition, offset, timestamp, key, value, headers',
    helpValue: '<expression>',
    ...inSearch,
  }),
  key: Flags.string({ description: 'only records with this key', ...inSearch }),
  first: Flags.boolean({ description: 'end after the first', exclusive: ['max-messages'], ...inSearch }),
  ...decodeFlags,
};

export type ConsumeFlagValues = InferredFlags<typeof consumeFlags>;
