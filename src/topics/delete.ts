import { KctlError } from '../base/errors.js';
import { compareNames } from '../base/names.js';
import { listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { deleteTopics as deleteTopicsApi } from '../protocol/messages/delete-topics.js';
import { askTopicMetadata, awaitEveryBroker, topicErrors } from './metadata.js';
import type { TopicChange, TopicChangeList } from './types.js';

/** Deletes topics by name and waits until no live broker shows them. A dry run looks whether they are there. */
export async function deleteTopics(
  cluster: Cluster,
  options: { names: string[]; dryRun: boolean },
): Promise<TopicChangeList> {
  const { names, dryRun } = options;
  const items: TopicChange[] = [];
  const warnings: string[] = [];
  const outcomes = dryRun
    ? await lookUp(cluster, names)
    : await deleteNow(cluster, names).catch((error) => readBack(cluster, names, error, warnings));
  for (const { name, errorCode } of outcomes) {
    if (errorCode === 0) items.push({ name, result: dryRun ? 'valid' : 'deleted' });
  }
  const errors = await topicErrors(
    cluster,
    outcomes.filter(({ errorCode }) => errorCode !== 0),
  );
  const deleted = items.filter((item) => item.result === 'deleted').map((item) => item.name);
  const laggards = deleted.length === 0 ? [] : await awaitEveryBroker(cluster, deleted, allUnknown);
  warnings.push(...laggards.map((id) => `broker ${id} still shows a topic that was deleted`));
  const list = listDocument('TopicChangeList', 1, items, errors, warnings);
  return { ...list, dryRun, ...(dryRun ? { validatedBy: 'client' as const } : {}) };
}

interface Outcome {
  name: string;
  errorCode: number;
  errorMessage: string | null;
}

async function deleteNow(cluster: Cluster, names: string[]): Promise<Outcome[]> {
  const timeoutMs = cluster.wire.brokerTimeoutMs();
  const body = (version: number) =>
    version < 6 ? { topicNames: names, timeoutMs } : { topics: names.map((name) => ({ name })), timeoutMs };
  const { responses } = await cluster.wire.request(deleteTopicsApi, body, 'controller');
  return responses
    .map(({ name, errorCode, errorMessage }) => ({ name: name ?? '', errorCode, errorMessage }))
    .sort((a, b) => compareNames(a.name, b.name));
}

/** After a lost answer: what is not there now is deleted, by this command or from before. */
async function readBack(
  cluster: Cluster,
  names: string[],
  error: unknown,
  warnings: string[],
): Promise<Outcome[]> {
  if (!(error instanceof KctlError) || error.code !== 'ANSWER_LOST') throw error;
  const topics = await askTopicMetadata(cluster, names);
  if (!allUnknown(topics)) throw error;
  warnings.push('the answer to DeleteTopics was lost; that the topics are gone was found by looking');
  return topics.map(({ name }) => ({ name, errorCode: 0, errorMessage: null }));
}

async function lookUp(cluster: Cluster, names: string[]): Promise<Outcome[]> {
  const topics = await askTopicMetadata(cluster, names);
  return topics.map(({ name, errorCode }) => ({ name, errorCode, errorMessage: null }));
}

function allUnknown(topics: Array<{ errorCode: number }>): boolean {
  return topics.every(({ errorCode }) => errorOf(errorCode).name === 'UNKNOWN_TOPIC_OR_PARTITION');
}
