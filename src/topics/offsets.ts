import { Deadline } from '../base/deadline.js';
import { KctlError } from '../base/errors.js';
import { type ListDocument, listDocument } from '../base/result.js';
import { parseTime } from '../base/time.js';
import { LeaderTable, partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import { type FoundOffsets, findOffsets, type IsolationLevel, type OffsetQuery } from '../client/offsets.js';
import type { Cluster } from '../cluster/index.js';
import { findPartitions, type PartitionWord } from './partitions.js';

export interface PartitionOffsets extends TopicPartition {
  earliest: number;
  /** The high watermark: one more than the last offset. */
  latest: number;
  /** Up to where `read_committed` reads; null where the broker did not tell. */
  lastStable: number | null;
  /** `latest - earliest`: the records, and what compaction and transactions have left of others. */
  records: number;
  /** Of the first record and of the newest by its timestamp; null without records, or where the broker did not tell. */
  firstTimestampMs: number | null;
  newestTimestampMs: number | null;
  /** Records a second between those two. */
  recordsPerSec: number | null;
}

export type TopicOffsetList = ListDocument<PartitionOffsets>;

export interface OffsetAtTime extends TopicPartition {
  /** Null where there is no such record. */
  offset: number | null;
  timestampMs: number | null;
}

export type OffsetAtTimeList = ListDocument<OffsetAtTime>;

/** An error of one partition is not waited out to the end of the whole command. */
const shareOfDeadline = 0.6;

/** The offsets of partitions from end to end, and the times, count and rate of what lies between. */
export async function describeOffsets(
  cluster: Cluster,
  words: readonly PartitionWord[],
): Promise<TopicOffsetList> {
  const { partitions, errors, ask } = await prepare(cluster, words);
  const optional = (query: OffsetQuery) => ask(query).catch(withoutSupport);
  const [earliest, latest, lastStable, first, newest] = await Promise.all([
    ask('earliest'),
    ask('latest'),
    ask('latest', 'read_committed'),
    ask({ timeMs: 0 }),
    optional('max-timestamp'),
  ]);
  const items: PartitionOffsets[] = [];
  for (const partition of partitions) {
    const name = partitionName(partition);
    const [from, to] = [earliest.offsets.get(name), latest.offsets.get(name)];
    const error = earliest.errors.get(name) ?? latest.errors.get(name);
    if (error) errors.push(error);
    if (from === undefined || to === undefined) continue;
    const firstTimestampMs = first.timestampsMs.get(name) ?? null;
    const newestTimestampMs = newest?.timestampsMs.get(name) ?? null;
    items.push({
      topic: partition.topic,
      partition: partition.partition,
      earliest: from,
      latest: to,
      lastStable: lastStable.offsets.get(name) ?? null,
      records: to - from,
      firstTimestampMs,
      newestTimestampMs,
      recordsPerSec: rateOf(to - from, firstTimestampMs, newestTimestampMs),
    });
  }
  const warnings = newest ? [] : ['the time of the newest record is not told before Kafka 3.0'];
  return listDocument('TopicOffsetList', 1, items, errors, warnings);
}

/** The offsets of one point or time, as Kafka's GetOffsetShell gives them. */
export async function findTopicOffsets(
  cluster: Cluster,
  words: readonly PartitionWord[],
  { query, isolation }: { query: OffsetQuery; isolation: IsolationLevel },
): Promise<OffsetAtTimeList> {
  const { partitions, errors, ask } = await prepare(cluster, words);
  const found = await ask(query, isolation);
  const items: OffsetAtTime[] = [];
  for (const partition of partitions) {
    const name = partitionName(partition);
    const error = found.errors.get(name);
    if (error) errors.push(error);
    else
      items.push({
        topic: partition.topic,
        partition: partition.partition,
        offset: found.offsets.get(name) ?? null,
        timestampMs: found.timestampsMs.get(name) ?? null,
      });
  }
  return listDocument('OffsetAtTimeList', 1, items, errors);
}

async function prepare(cluster: Cluster, words: readonly PartitionWord[]) {
  const { topics, partitions, errors } = await findPartitions(cluster, words);
  const { wire } = cluster;
  const leaders = new LeaderTable(
    wire,
    topics.map(({ name }) => name),
  );
  const deadline = new Deadline(wire.deadline.remainingMs() * shareOfDeadline);
  if (topics.length > 0) await leaders.refresh(deadline);
  const ask = (query: OffsetQuery, isolation: IsolationLevel = 'read_uncommitted'): Promise<FoundOffsets> =>
    findOffsets(wire, leaders, partitions, query, { isolation, deadline });
  return { partitions, errors, ask };
}

function withoutSupport(error: unknown): undefined {
  if (error instanceof KctlError && error.code === 'UNSUPPORTED_VERSION') return undefined;
  throw error;
}

function rateOf(records: number, firstMs: number | null, newestMs: number | null): number | null {
  if (firstMs === null || newestMs === null || newestMs <= firstMs) return null;
  return Math.round((records / (newestMs - firstMs)) * 1e6) / 1e3;
}

const named = ['earliest', 'latest', 'max-timestamp', 'earliest-local', 'latest-tiered'] as const;

/** Parses what `--time` takes: a name, Kafka's -1 to -5 for it, epoch milliseconds, or any other time. */
export function parseOffsetQuery(text: string): OffsetQuery {
  const sign = /^-([1-5])$/.exec(text)?.[1];
  const name = named.find((candidate) => candidate === text) ?? (sign && bySign[Number(sign) - 1]);
  if (name) return name;
  return { timeMs: /^\d{1,15}$/.test(text) ? Number(text) : parseTime(text) };
}

const bySign = ['latest', 'earliest', 'max-timestamp', 'earliest-local', 'latest-tiered'] as const;
