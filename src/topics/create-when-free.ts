import { pause } from '../base/deadline.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import type { createTopics } from '../protocol/messages/create-topics.js';
import type { ResponseOf } from '../protocol/schema.js';
import { askTopicMetadata } from './metadata.js';
import type { NewTopic } from './new-topic.js';

export type CreatedTopic = ResponseOf<typeof createTopics>['topics'][number];

export interface Creation {
  answers: CreatedTopic[];
  /** Of a topic with this name the deletion has not ended. */
  beingDeleted: Set<string>;
}

const pollMs = 50;
/** What is left of the time when nothing more is tried. */
const restShare = 0.1;

/**
 * Creates topics; a name that is not free yet is tried again until time is nearly up. With ZooKeeper brokers forget a
 * topic first and delete it then: meanwhile it exists for who would create it, and is shown to nobody.
 */
export async function createWhenFree(
  cluster: Cluster,
  topics: NewTopic[],
  create: (topics: NewTopic[]) => Promise<CreatedTopic[]>,
): Promise<Creation> {
  const { deadline } = cluster.wire;
  const settled: CreatedTopic[] = [];
  for (let left = topics; ; await pause(pollMs)) {
    const answers = await create(left);
    const beingDeleted = await hiddenOf(cluster, answers);
    const isLast = beingDeleted.size === 0 || deadline.remainingMs() < deadline.timeoutMs * restShare;
    settled.push(...answers.filter(({ name }) => isLast || !beingDeleted.has(name)));
    if (isLast) return { answers: settled, beingDeleted };
    left = left.filter(({ name }) => beingDeleted.has(name));
  }
}

/** Those that exist, and that no broker shows. */
async function hiddenOf(cluster: Cluster, answers: CreatedTopic[]): Promise<Set<string>> {
  const taken = answers.filter(({ errorCode }) => errorOf(errorCode).name === 'TOPIC_ALREADY_EXISTS');
  if (taken.length === 0) return new Set();
  const names = taken.map(({ name }) => name);
  const hidden = (await askTopicMetadata(cluster, names)).filter(
    ({ errorCode }) => errorOf(errorCode).name === 'UNKNOWN_TOPIC_OR_PARTITION',
  );
  return new Set(hidden.map(({ name }) => name));
}
