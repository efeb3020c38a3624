import { pause } from '../base/deadline.js';
import { type ItemError, type ListDocument, listDocument } from '../base/result.js';
import { groupByTopic, partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { electLeaders as electLeadersApi } from '../protocol/messages/elect-leaders.js';
import { within } from '../protocol/schema.js';
import { type FoundPartition, findPartitions, type PartitionWord } from '../topics/partitions.js';

export type ElectionType = 'preferred' | 'unclean';

export interface LeaderElection extends TopicPartition {
  /** -1: none. */
  before: number;
  /** What was seen after the election, or with a dry run is to be expected. */
  after: number;
  /** `valid` is the result of a dry run. */
  result: 'elected' | 'not-needed' | 'valid';
}

export interface LeaderElectionList extends ListDocument<LeaderElection> {
  electionType: ElectionType;
  dryRun: boolean;
  validatedBy?: 'client';
}

export interface ElectLeadersOptions {
  /** Without any, all partitions of all topics that are not Kafka's own. */
  words: PartitionWord[];
  type: ElectionType;
  dryRun: boolean;
}

/** Every broker from Kafka 2.4 on knows of types. */
const electByType = within(electLeadersApi, { from: 1 });
const codes: Record<ElectionType, number> = { preferred: 0, unclean: 1 };
const partitionsAtOnce = 5_000;
const longestWaitMs = 5_000;

/**
 * Elects the preferred leaders, or from what is left a leader for partitions that have none (KIP-460). Only those
 * that need it are sent; it waits until the new leaders are known.
 */
export async function electLeaders(
  cluster: Cluster,
  { words, type, dryRun }: ElectLeadersOptions,
): Promise<LeaderElectionList> {
  const { partitions, errors } = await findPartitions(cluster, words);
  const needed = partitions.filter((partition) => needsElection(partition, type));
  const outcome = dryRun ? await foresee(cluster, needed, type) : await elect(cluster, needed, type);
  const after = dryRun ? undefined : await awaitLeaders(cluster, outcome.elected, type);
  const elected = new Set(outcome.elected.map(partitionName));
  const failed = new Set(outcome.errors.map(({ subject }) => subject));
  const items = partitions.flatMap((partition): LeaderElection[] => {
    const name = partitionName(partition);
    if (failed.has(name)) return [];
    const { topic, partition: index, leader } = partition;
    const item = { topic, partition: index, before: leader };
    if (!elected.has(name)) return [{ ...item, after: leader, result: 'not-needed' }];
    const expected = type === 'preferred' ? (partition.replicas[0] ?? -1) : -1;
    return [{ ...item, after: after?.get(name) ?? expected, result: dryRun ? 'valid' : 'elected' }];
  });
  const list = listDocument('LeaderElectionList', 1, items, [...errors, ...outcome.errors]);
  return { ...list, electionType: type, dryRun, ...(dryRun ? { validatedBy: 'client' as const } : {}) };
}

/** Unclean: nobody leads. Preferred: somebody else does. */
export function needsElection({ leader, replicas }: FoundPartition, type: ElectionType): boolean {
  return type === 'unclean' ? leader < 0 : leader !== replicas[0];
}

interface Outcome {
  elected: FoundPartition[];
  errors: ItemError[];
}

async function elect(cluster: Cluster, needed: FoundPartition[], type: ElectionType): Promise<Outcome> {
  const outcome: Outcome = { elected: [], errors: [] };
  for (let from = 0; from < needed.length; from += partitionsAtOnce) {
    const chunk = needed.slice(from, from + partitionsAtOnce);
    const topicPartitions = [...groupByTopic(chunk)].map(([topic, group]) => ({
      topic,
      partitions: group.map(({ partition }) => partition),
    }));
    const body = { electionType: codes[type], topicPartitions, timeoutMs: cluster.wire.brokerTimeoutMs() };
    const answer = await cluster.wire.request(electByType, body, 'controller');
    const results = new Map(
      answer.replicaElectionResults.flatMap(({ topic, partitionResult }) =>
        partitionResult.map((result) => [partitionName({ topic, partition: result.partitionId }), result]),
      ),
    );
    for (const partition of chunk) {
      const subject = partitionName(partition);
      const result = results.get(subject);
      const { name: code, message } = errorOf(result?.errorCode || answer.errorCode);
      if (code === 'ELECTION_NOT_NEEDED') continue;
      if (code === 'NONE') outcome.elected.push(partition);
      else outcome.errors.push({ subject, code, message: result?.errorMessage ?? message, ...hintOf(code) });
    }
  }
  return outcome;
}

function hintOf(code: string): { hint?: string } {
  if (code === 'PREFERRED_LEADER_NOT_AVAILABLE')
    return { hint: 'The preferred replica is down or not in sync: kctl topics describe shows which.' };
  return {};
}

/** What can be told without doing it: an election takes a replica that is alive, and a preferred one that is in sync. */
async function foresee(cluster: Cluster, needed: FoundPartition[], type: ElectionType): Promise<Outcome> {
  const alive = new Set((await cluster.wire.nodes()).brokers.map(({ id }) => id));
  const canBeLed = ({ replicas: [preferred = -1, ...others], isr }: FoundPartition) =>
    type === 'preferred'
      ? alive.has(preferred) && isr.includes(preferred)
      : [preferred, ...others].some((id) => alive.has(id));
  const code = type === 'preferred' ? 'PREFERRED_LEADER_NOT_AVAILABLE' : 'ELIGIBLE_LEADERS_NOT_AVAILABLE';
  return {
    elected: needed.filter(canBeLed),
    errors: needed
      .filter((partition) => !canBeLed(partition))
      .map((partition) => ({
        subject: partitionName(partition),
        code,
        message:
          type === 'preferred'
            ? 'the preferred replica is not alive and in sync'
            : 'no replica of it is on a broker that is alive',
      })),
  };
}

/** Waits until the elected leaders are known. @returns who leads by then, by partition name */
async function awaitLeaders(
  cluster: Cluster,
  elected: FoundPartition[],
  type: ElectionType,
): Promise<Map<string, number>> {
  const leaders = new Map<string, number>();
  if (elected.length === 0) return leaders;
  const words = [...groupByTopic(elected).keys()].map((topic) => ({ topic, partitions: null }));
  const names = new Set(elected.map(partitionName));
  const endAt = performance.now() + Math.min(longestWaitMs, cluster.wire.deadline.remainingMs());
  for (let waitMs = 5; ; waitMs = Math.min(100, waitMs * 2)) {
    const { partitions } = await findPartitions(cluster, words);
    const now = partitions.filter((partition) => names.has(partitionName(partition)));
    for (const partition of now) leaders.set(partitionName(partition), partition.leader);
    if (!now.some((partition) => needsElection(partition, type)) || performance.now() > endAt) return leaders;
    await pause(waitMs);
  }
}
