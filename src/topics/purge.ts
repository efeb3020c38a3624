import { Deadline } from '../base/deadline.js';
import { KctlError } from '../base/errors.js';
import { type ItemError, itemError, type ListDocument, listDocument } from '../base/result.js';
import { parseTime } from '../base/time.js';
import { LeaderTable, partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import { findOffsets, type OffsetQuery, partitionError } from '../client/offsets.js';
import type { Cluster } from '../cluster/index.js';
import { askConfigs } from '../configs/ask.js';
import { deleteRecords } from '../protocol/messages/delete-records.js';
import { findPartitions, type PartitionWord } from './partitions.js';

export interface PartitionPurge extends TopicPartition {
  earliest: number;
  latest: number;
  /** The first offset that is kept. */
  before: number;
  /** Offsets that go: records, and what compaction and transactions have left of others. */
  records: number;
  /** `valid` is the result of a dry run, `nothing` of where there is nothing before that offset. */
  result: 'purged' | 'nothing' | 'valid';
}

export interface TopicPurgeList extends ListDocument<PartitionPurge> {
  dryRun: boolean;
  validatedBy?: 'client';
}

export interface PurgeOptions {
  words: PartitionWord[];
  /** Records before this go: everything until now, an offset, a time, or for each partition an offset (-1: all). */
  before: 'now' | { offset: number } | { timeMs: number } | Map<string, bigint>;
  dryRun: boolean;
  /** Asked before anything is deleted; throws where there is no consent. */
  consent(plan: PartitionPurge[]): Promise<void>;
}

/** Deletes the records of partitions before some point, by DeleteRecords (KIP-107). It cannot be undone. */
export async function purgeTopics(cluster: Cluster, options: PurgeOptions): Promise<TopicPurgeList> {
  const { before, dryRun } = options;
  const { topics, partitions: found, errors } = await findPartitions(cluster, options.words);
  const kept = await undeletable(
    cluster,
    topics.map(({ name }) => name),
  );
  errors.push(...kept.values());
  const partitions = found.filter(({ topic }) => !kept.has(topic));
  const leaders = new LeaderTable(
    cluster.wire,
    topics.map(({ name }) => name),
  );
  if (topics.length > 0) await leaders.refresh(cluster.wire.deadline);
  const deadline = new Deadline(cluster.wire.deadline.remainingMs() * 0.6);
  const ask = (query: OffsetQuery) =>
    findOffsets(cluster.wire, leaders, partitions, query, { isolation: 'read_uncommitted', deadline });
  const [earliest, latest, byTime] = await Promise.all([
    ask('earliest'),
    ask('latest'),
    typeof before === 'object' && 'timeMs' in before ? ask(before) : undefined,
  ]);
  const plan = partitions.flatMap((partition): PartitionPurge[] => {
    const name = partitionName(partition);
    const [from, to] = [earliest.offsets.get(name), latest.offsets.get(name)];
    const error = earliest.errors.get(name) ?? latest.errors.get(name) ?? byTime?.errors.get(name);
    if (error) errors.push(error);
    if (error || from === undefined || to === undefined) return [];
    const target = targetOf(before, name, to, byTime?.offsets.get(name));
    const { topic, partition: index } = partition;
    if (target > to) {
      errors.push(beyondEnd(name, target, to));
      return [];
    }
    const records = Math.max(0, target - from);
    const result = records === 0 ? 'nothing' : 'valid';
    return [
      {
        topic,
        partition: index,
        earliest: from,
        latest: to,
        before: Math.max(target, from),
        records,
        result,
      },
    ];
  });
  const due = plan.filter(({ records }) => records > 0);
  if (!dryRun && due.length > 0) {
    await options.consent(due);
    errors.push(...(await deleteAll(cluster, leaders, due)));
  }
  const failed = new Set(errors.map(({ subject }) => subject));
  const items = plan.filter((item) => !failed.has(partitionName(item)));
  const list = listDocument('TopicPurgeList', 1, items, errors);
  return { ...list, dryRun, ...(dryRun ? { validatedBy: 'client' as const } : {}) };
}

/** The question before records go. */
export function purgeQuestion(plan: readonly PartitionPurge[]): string {
  const records = plan.reduce((total, item) => total + item.records, 0);
  const topics = [...new Set(plan.map(({ topic }) => topic))];
  return `Delete ${records} records in ${plan.length} partitions of ${topics.join(', ')}?`;
}

/** Parses what `--before` takes: an offset, or a time. */
export function parsePurgePoint(text: string | undefined): 'now' | { offset: number } | { timeMs: number } {
  if (text === undefined) return 'now';
  return /^\d{1,10}$/.test(text) ? { offset: Number(text) } : { timeMs: parseTime(text) };
}

function targetOf(before: PurgeOptions['before'], name: string, latest: number, byTime = latest): number {
  if (before === 'now') return latest;
  if (before instanceof Map) {
    const offset = Number(before.get(name) ?? -1n);
    return offset < 0 ? latest : offset;
  }
  if ('offset' in before) return Math.min(before.offset, latest);
  // Without a record that young all that there are go.
  return byTime;
}

function beyondEnd(subject: string, offset: number, latest: number): ItemError {
  const message = `offset ${offset} is beyond the end, which is ${latest}`;
  return { subject, code: 'OFFSET_OUT_OF_RANGE', message };
}

/** Topics whose records cannot be deleted: those that are compacted only (the broker says POLICY_VIOLATION). */
async function undeletable(cluster: Cluster, names: string[]): Promise<Map<string, ItemError>> {
  const resources = names.map((name) => ({ type: 'topic' as const, name }));
  const configs = await askConfigs(cluster, resources, { keys: ['cleanup.policy'] });
  const errors = new Map<string, ItemError>();
  for (const resource of resources) {
    const policy = configs.of(resource)?.[0]?.value;
    if (policy == null || policy === '' || policy.includes('delete')) continue;
    errors.set(resource.name, {
      subject: `topic ${resource.name}`,
      code: 'POLICY_VIOLATION',
      message: `its cleanup.policy is ${policy}: Kafka deletes no records of topics that are only compacted`,
      hint: `Write tombstones, or add the policy first: kctl configs append --topic ${resource.name} cleanup.policy=delete`,
    });
  }
  return errors;
}

/** Marks what was deleted in place. */
async function deleteAll(
  cluster: Cluster,
  leaders: LeaderTable,
  due: PartitionPurge[],
): Promise<ItemError[]> {
  const errors: ItemError[] = [];
  const send = async ([broker, group]: [number, PartitionPurge[]]) => {
    const topics = [...new Set(group.map(({ topic }) => topic))].map((name) => ({
      name,
      partitions: group
        .filter(({ topic }) => topic === name)
        .map(({ partition, before }) => ({ partitionIndex: partition, offset: BigInt(before) })),
    }));
    const body = { topics, timeoutMs: cluster.wire.brokerTimeoutMs() };
    try {
      const answer = await cluster.wire.request(deleteRecords, body, { broker });
      for (const { name, partitions } of answer.topics) {
        for (const { partitionIndex, errorCode } of partitions) {
          const subject = partitionName({ topic: name, partition: partitionIndex });
          if (errorCode !== 0) errors.push(partitionError(subject, errorCode));
        }
      }
    } catch (error) {
      if (!(error instanceof KctlError)) throw error;
      errors.push(...group.map((item) => itemError(partitionName(item), error)));
    }
  };
  await Promise.all([...leaders.byLeader(due)].map(send));
  for (const item of due) item.result = 'purged';
  return errors;
}
