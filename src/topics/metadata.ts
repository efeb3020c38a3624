import { type Deadline, pause } from '../base/deadline.js';
import { ExitCode, KctlError } from '../base/errors.js';
import { compareNames, nearestNames } from '../base/names.js';
import type { ItemError } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { metadata } from '../protocol/messages/metadata.js';
import type { ResponseOf } from '../protocol/schema.js';

export type TopicMetadata = ResponseOf<typeof metadata>['topics'][number] & { name: string };

/** The metadata of the topics named, or of all; topics are never made by asking. Sorted by name and partition. */
export async function askTopicMetadata(cluster: Cluster, names: string[] | null): Promise<TopicMetadata[]> {
  const topics = names?.map((name) => ({ name })) ?? null;
  const answer = await cluster.wire.request(metadata, { topics, allowAutoTopicCreation: false });
  const named = namedTopics(answer);
  for (const topic of named) topic.partitions.sort((a, b) => a.partitionIndex - b.partitionIndex);
  return named.sort((a, b) => compareNames(a.name, b.name));
}

/** A name is missing only where a topic was asked for by an id that nobody knows. */
function namedTopics({ topics }: ResponseOf<typeof metadata>): TopicMetadata[] {
  return topics.flatMap((topic) => (topic.name === null ? [] : [{ ...topic, name: topic.name }]));
}

export interface FailedTopic {
  name: string;
  errorCode: number;
  errorMessage?: string | null;
}

/** Topics' errors as items of their own; "not found" names what may have been meant, from one look at all names. */
export async function topicErrors(cluster: Cluster, failed: readonly FailedTopic[]): Promise<ItemError[]> {
  const isMissing = ({ errorCode }: FailedTopic) => errorOf(errorCode).name === 'UNKNOWN_TOPIC_OR_PARTITION';
  const names = failed.some(isMissing) ? await topicNames(cluster) : [];
  return failed.map((topic) => {
    const { name: code, message } = errorOf(topic.errorCode);
    const subject = `topic ${topic.name}`;
    if (!isMissing(topic)) return { subject, code, message: topic.errorMessage ?? message };
    const near = nearestNames(topic.name, names);
    const hint = near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'See: kctl topics list';
    return { subject, code, message: `there is no topic ${topic.name}`, exitCode: ExitCode.notFound, hint };
  });
}

async function topicNames(cluster: Cluster): Promise<string[]> {
  return (await askTopicMetadata(cluster, null)).map((topic) => topic.name);
}

/**
 * Waits until every live broker's metadata satisfies a condition: a change spreads from broker to broker, and
 * the next command may ask any of them.
 * @returns the ids of brokers that did not get there before the deadline
 */
export async function awaitEveryBroker(
  cluster: Cluster,
  names: string[],
  holds: (topics: TopicMetadata[]) => boolean,
): Promise<number[]> {
  const { brokers } = await cluster.wire.nodes();
  const topics = names.map((name) => ({ name }));
  const settles = async (broker: number): Promise<boolean> => {
    const deadline: Deadline = cluster.wire.deadline;
    for (let waitMs = 5; !deadline.passed; waitMs = Math.min(100, waitMs * 2)) {
      const answer = await cluster.wire.request(
        metadata,
        { topics, allowAutoTopicCreation: false },
        { broker },
      );
      if (holds(namedTopics(answer))) return true;
      await pause(waitMs);
    }
    return false;
  };
  const settled = await Promise.all(
    brokers.map(({ id }) => settles(id).catch((error) => leftMeanwhile(error))),
  );
  return brokers.filter((_, index) => !settled[index]).map(({ id }) => id);
}

/** A broker that went away in the meantime has nothing to catch up with now; one that is silent has not. */
function leftMeanwhile(error: unknown): boolean {
  if (!(error instanceof KctlError)) throw error;
  if (error.exitCode === ExitCode.unreachable) return true;
  if (error.exitCode === ExitCode.timedOut) return false;
  throw error;
}

/** Known, and each partition has a leader unless all its replicas are on brokers that are away. */
export function isServed(
  topic: Pick<TopicMetadata, 'errorCode' | 'partitions'>,
  aliveBrokers: Set<number>,
): boolean {
  if (topic.partitions.length === 0) return false;
  return topic.partitions.every(
    ({ leaderId, replicaNodes }) => leaderId >= 0 || !replicaNodes.some((id) => aliveBrokers.has(id)),
  );
}
