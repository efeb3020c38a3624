import { Deadline } from '../base/deadline.js';
import { KctlError, usageError } from '../base/errors.js';
import { parseDurationMs, parseTimestampMs } from '../base/parse.js';
import { type ItemError, type ListDocument, listDocument } from '../base/result.js';
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
    ask({ sinceMs: 0 }),
    optional('max-timestamp'),
  ]);
  const items: PartitionOffsets[] = [];
  for (const partition of partitions) {
    const name = partitionName(partition);
    const [from, to] = [earliest.offsets.get(name), latest.offsets.get(name)];
    if (from === undefined || to === undefined) {
      errors.push(earliest.errors.get(name) ?? latest.errors.get(name) ?? unanswered(name));
      continue;
    }
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
    const offset = found.offsets.get(name);
    if (offset === undefined) errors.push(found.errors.get(name) ?? unanswered(name));
    else
      items.push({
        topic: partition.topic,
        partition: partition.partition,
        offset: offset < 0 ? null : offset,
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

function unanswered(subject: string): ItemError {
  return { subject, code: 'REQUEST_TIMED_OUT', message: 'its broker did not answer' };
}

function rateOf(records: number, firstMs: number | null, newestMs: number | null): number | null {
  if (firstMs === null || newestMs === null || newestMs <= firstMs) return null;
  return Math.round((records / (newestMs - firstMs)) * 1e6) / 1e3;
}

const named = ['earliest', 'latest', 'max-timestamp', 'earliest-local', 'latest-tiered'] as const;

/** Parses what `--time` takes: a name, Kafka's -1 to -5 for it, a time, or a duration before now as `-15m`. */
export function parseOffsetQuery(text: string, nowMs = Date.now()): OffsetQuery {
  const sign = /^-([1-5])$/.exec(text)?.[1];
  const bySign =
    sign &&
    (['latest', 'earliest', 'max-timestamp', 'earliest-local', 'latest-tiered'] as const)[Number(sign) - 1];
  const name = named.find((candidate) => candidate === text) ?? bySign;
  if (name) return name;
  if (/^-\d.*[a-z]$/.test(text)) return { sinceMs: nowMs - parseDurationMs(text.slice(1)) };
  if (/^\d/.test(text)) return { sinceMs: parseTimestampMs(text) };
  throw usageError(
    `"${text}" is no point in time`,
    `Write ${named.join(', ')}, a time, or -15m for 15 minutes ago.`,
  );
}
