import { readFile } from 'node:fs/promises';
import { messageOf, usageError } from '../base/errors.js';
import type { ItemError } from '../base/result.js';
import { partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import type { Cluster } from '../cluster/index.js';
import { findTopics } from './find.js';
import type { TopicMetadata } from './metadata.js';

/** What `orders`, `orders:0,2-5` or a glob says of partitions; null stands for all. */
export interface PartitionWord {
  topic: string;
  partitions: number[] | null;
}

const mostPartitions = 100_000;

/** Parses `orders`, `orders:3`, `orders:0,2-5`. A topic's name has no colon. */
export function parsePartitionWord(word: string): PartitionWord {
  const at = word.startsWith('/') ? word.lastIndexOf('/') + 1 : word.indexOf(':');
  if (at < 1 || at >= word.length) return { topic: word, partitions: null };
  const partitions = word
    .slice(at + 1)
    .split(',')
    .flatMap((part) => {
      const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part);
      const [from, to] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
      if (!match || to < from || to - from > mostPartitions)
        throw usageError(`"${word}" does not say which partitions`, 'Write for example orders:0,2-5.');
      return Array.from({ length: to - from + 1 }, (_, index) => from + index);
    });
  return { topic: word.slice(0, at), partitions: [...new Set(partitions)] };
}

export interface FoundPartitions {
  topics: TopicMetadata[];
  /** Of those topics, in order. */
  partitions: FoundPartition[];
  errors: ItemError[];
}

export interface FoundPartition extends TopicPartition {
  leader: number;
  replicas: number[];
  isr: number[];
}

/** The partitions that words choose; without any, all of topics that are not Kafka's own. */
export async function findPartitions(
  cluster: Cluster,
  words: readonly PartitionWord[],
): Promise<FoundPartitions> {
  const { found, errors } = await findTopics(
    cluster,
    words.map(({ topic }) => topic),
  );
  const chosen = new Map<string, Set<number> | null>();
  for (const { topic, partitions } of words) {
    const before = chosen.get(topic);
    if (partitions === null || before === null) chosen.set(topic, null);
    else chosen.set(topic, new Set([...(before ?? []), ...partitions]));
  }
  const partitions = found.flatMap((topic): FoundPartition[] => {
    const wanted = chosen.get(topic.name) ?? null;
    return topic.partitions
      .filter(({ partitionIndex }) => wanted === null || wanted.has(partitionIndex))
      .map(({ partitionIndex, leaderId, replicaNodes, isrNodes }) => ({
        topic: topic.name,
        partition: partitionIndex,
        leader: leaderId,
        replicas: replicaNodes,
        isr: isrNodes,
      }));
  });
  for (const topic of found) {
    const known = new Set(topic.partitions.map(({ partitionIndex }) => partitionIndex));
    for (const partition of chosen.get(topic.name) ?? []) {
      if (!known.has(partition)) errors.push(noPartition({ topic: topic.name, partition }, known.size));
    }
  }
  return { topics: found, partitions, errors };
}

function noPartition(partition: TopicPartition, count: number): ItemError {
  return {
    subject: partitionName(partition),
    code: 'UNKNOWN_TOPIC_OR_PARTITION',
    message: `topic ${partition.topic} has no partition ${partition.partition}`,
    hint: `It has ${count}, from 0 on.`,
    exitCode: 4,
  };
}

/**
 * Reads the JSON file of Kafka's own tools: `{"partitions": [{"topic": "orders", "partition": 0, …}]}`.
 * @param path `-` is standard input
 */
export async function readPartitionsFile(path: string): Promise<Array<TopicPartition & { offset?: bigint }>> {
  const text = await readFile(path === '-' ? '/dev/stdin' : path, 'utf8').catch((error) => {
    throw usageError(`--file cannot be read: ${messageOf(error)}`);
  });
  try {
    const { partitions } = JSON.parse(text) as { partitions: unknown };
    if (!Array.isArray(partitions)) throw new Error('it has no list of partitions');
    return partitions.map(parseEntry);
  } catch (error) {
    throw usageError(
      `${path} does not list partitions: ${messageOf(error)}`,
      'Write {"partitions": [{"topic": "orders", "partition": 0}]}.',
    );
  }
}

function parseEntry(entry: { topic?: unknown; partition?: unknown; offset?: unknown }) {
  const { topic, partition, offset } = entry;
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= -1;
  if (typeof topic !== 'string' || !isCount(partition) || partition < 0)
    throw new Error(`"${JSON.stringify(entry)}" is not a partition`);
  if (offset === undefined) return { topic, partition };
  if (!isCount(offset)) throw new Error(`"${JSON.stringify(entry)}" has no offset from -1 on`);
  return { topic, partition, offset: BigInt(offset) };
}

/** The same file with offsets (Kafka's DeleteRecordsCommand): the partitions, and by their names the offsets. */
export async function readRecordsFile(
  path: string,
): Promise<{ words: PartitionWord[]; before: Map<string, bigint> }> {
  const entries = await readPartitionsFile(path);
  const before = new Map(entries.map((entry) => [partitionName(entry), entry.offset ?? -2n]));
  if ([...before.values()].includes(-2n)) throw usageError(`${path} names a partition without an offset`);
  if (before.size < entries.length) throw usageError(`${path} names a partition twice`);
  return { words: entries.map(({ topic, partition }) => ({ topic, partitions: [partition] })), before };
}
