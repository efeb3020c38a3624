import type { ItemError } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { topicMatcher } from './list.js';
import { askTopicMetadata, type TopicMetadata, topicErrors } from './metadata.js';

const unknownTopicCode = 3;

/**
 * The topics that names, globs and /expressions/ choose; without any, all that are not Kafka's own. A name that
 * is not there is an error of its own; a glob that matches nothing is not.
 */
export async function findTopics(
  cluster: Cluster,
  names: readonly string[],
): Promise<{ found: TopicMetadata[]; errors: ItemError[] }> {
  if (mayBeMany(names)) {
    const all = await askTopicMetadata(cluster, null);
    const matchers = names.map(topicMatcher);
    const matches = (topic: TopicMetadata) =>
      names.length === 0 ? !topic.isInternal : matchers.some((matcher) => matcher(topic.name));
    const known = new Set(all.map((topic) => topic.name));
    const missing = names.filter((name) => !isPattern(name) && !known.has(name));
    const failed = missing.map((name) => ({ name, errorCode: unknownTopicCode }));
    return { found: all.filter(matches), errors: await topicErrors(cluster, failed) };
  }
  const topics = await askTopicMetadata(cluster, [...new Set(names)]);
  const errors = await topicErrors(
    cluster,
    topics.filter((topic) => !isReadable(topic)),
  );
  return { found: topics.filter(isReadable), errors };
}

/** Whether all topics are looked through for those that are meant. */
export function mayBeMany(names: readonly string[]): boolean {
  return names.length === 0 || names.some(isPattern);
}

/** Whether a word is a glob or an expression, and not a name. */
export function isPattern(word: string): boolean {
  return /[*?/]/.test(word);
}

/** LEADER_NOT_AVAILABLE comes with the partitions and is a state to show, not a failure. */
function isReadable(topic: TopicMetadata): boolean {
  return topic.errorCode === 0 || errorOf(topic.errorCode).name === 'LEADER_NOT_AVAILABLE';
}
