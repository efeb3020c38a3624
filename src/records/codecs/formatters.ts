import { usageError } from '../../base/errors.js';

/** Topics of Kafka's own whose records are decoded. */
export const storedTopics = ['__consumer_offsets', '__transaction_state', '__share_group_state'] as const;
export type StoredTopic = (typeof storedTopics)[number];

/** Kafka's formatters of its own topics (org.apache.kafka.tools.consumer), and the types of records that each shows. */
export const formatters = {
  OffsetsMessageFormatter: { topic: '__consumer_offsets', types: [0, 1] },
  GroupMetadataMessageFormatter: { topic: '__consumer_offsets', types: [2] },
  ShareGroupMessageFormatter: { topic: '__consumer_offsets', types: [10, 11, 12, 13, 14, 15] },
  TransactionLogMessageFormatter: { topic: '__transaction_state', types: [0] },
  ShareGroupStateMessageFormatter: { topic: '__share_group_state', types: [0, 1] },
} as const satisfies Record<string, { topic: StoredTopic; types: number[] }>;
export type ReadingFormatter = keyof typeof formatters;
export type FormatterName = ReadingFormatter | 'DefaultMessageFormatter' | 'NoOpMessageFormatter';

export const formatterNames: readonly string[] = [
  ...Object.keys(formatters),
  'DefaultMessageFormatter',
  'NoOpMessageFormatter',
];

/** The formatter of a Java class, with its package or without: Kafka moved them several times. */
export function parseFormatter(text: string): FormatterName {
  const name = text.replace(/^.*[.$]/, '');
  if (formatterNames.includes(name)) return name as FormatterName;
  throw usageError(`"${text}" is not a formatter that kctl has`, `It has ${formatterNames.join(', ')}.`);
}

export function readsStored(name: FormatterName): name is ReadingFormatter {
  return Object.hasOwn(formatters, name);
}

/** The one topic of Kafka's own that all these are. */
export function storedTopicOf(topics: readonly string[]): StoredTopic | undefined {
  const [first, ...others] = new Set(topics);
  return others.length > 0 ? undefined : storedTopics.find((topic) => topic === first);
}
