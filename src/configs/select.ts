import { usageError } from '../base/errors.js';
import { compareNames } from '../base/names.js';
import type { ItemError } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { listConfigResources } from '../protocol/messages/list-config-resources.js';
import { findTopics, isPattern } from '../topics/find.js';
import { topicMatcher } from '../topics/list.js';
import { type ConfigResource, type ResourceType, resourceCodes } from './resources.js';

/** Names, globs or /expressions/ by what they name. */
export interface ResourceWords {
  topic: string[];
  /** Ids; `*` is each broker that is alive. */
  broker: string[];
  /** The cluster-wide default of brokers. */
  brokerDefaults: boolean;
  'broker-logger': string[];
  'client-metrics': string[];
  group: string[];
}

/** The resources that words name. Names of what is created by being configured are taken as they are. */
export async function selectResources(
  cluster: Cluster,
  words: ResourceWords,
): Promise<{ resources: ConfigResource[]; errors: ItemError[] }> {
  const resources: ConfigResource[] = [];
  const errors: ItemError[] = [];
  const add = (type: ResourceType, names: string[]) =>
    resources.push(...names.map((name) => ({ type, name })));
  if (words.topic.length > 0) {
    if (cluster.wire.viaControllers)
      throw usageError('controllers do not list topics', 'Give --bootstrap-server for what is about topics.');
    const found = await findTopics(cluster, words.topic);
    errors.push(...found.errors);
    add(
      'topic',
      found.found.map((topic) => topic.name),
    );
  }
  if (words.brokerDefaults) resources.push({ type: 'broker', name: '' });
  for (const type of ['broker', 'broker-logger'] as const) {
    add(type, await brokerNames(cluster, words[type]));
  }
  for (const type of ['client-metrics', 'group'] as const) {
    const patterns = words[type].filter(isPattern);
    const known = patterns.length > 0 ? await configuredNames(cluster, type) : [];
    const matched = known.filter((name) => patterns.some((pattern) => topicMatcher(pattern)(name)));
    add(type, [...new Set([...words[type].filter((word) => !isPattern(word)), ...matched])]);
  }
  return { resources, errors };
}

async function brokerNames(cluster: Cluster, words: string[]): Promise<string[]> {
  if (words.includes('*')) return (await cluster.wire.nodes()).brokers.map(({ id }) => String(id));
  const wrong = words.find((word) => !/^\d{1,9}$/.test(word));
  if (wrong !== undefined)
    throw usageError(`"${wrong}" is not a broker id`, "Write a number, or '*' for every broker.");
  return words;
}

/** The subscriptions of client metrics, or the groups, that have configurations (KIP-714, KIP-1142). */
async function configuredNames(cluster: Cluster, type: 'client-metrics' | 'group'): Promise<string[]> {
  const code = resourceCodes[type];
  const body = (version: number) => (version >= 1 ? { resourceTypes: [code] } : {});
  const answer = await cluster.wire.request(listConfigResources, body);
  if (answer.errorCode !== 0) {
    const { name, message } = errorOf(answer.errorCode);
    throw usageError(`the names of ${type} cannot be listed: ${message} (${name})`);
  }
  return answer.configResources
    .filter(({ resourceType }) => resourceType === code)
    .map(({ resourceName }) => resourceName)
    .sort(compareNames);
}
