import { type ItemError, itemError } from '../base/result.js';
import type { Cluster, Destination } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { describeConfigs, describeConfigsKeeping } from '../protocol/messages/describe-configs.js';
import type { ResponseOf } from '../protocol/schema.js';
import {
  byHolder,
  type ConfigResource,
  type ConfigSource,
  codeOf,
  describeResource,
  hintOfRefusal,
  resourceCodes,
  resourceKey,
  sourceOf,
} from './resources.js';

export interface ConfigEntry {
  name: string;
  /** Null: none, or a sensitive one. */
  value: string | null;
  source: ConfigSource;
  readOnly: boolean;
  sensitive: boolean;
  /** Of a list values can be added and taken away; null where the broker does not tell types (before Kafka 2.6). */
  isList: boolean | null;
  /** All that is set in any place, that which holds first; only when asked for. */
  synonyms: Array<{ name: string; value: string | null; source: ConfigSource }>;
  documentation: string | null;
}

export interface AskConfigsOptions {
  /** All when absent. */
  keys?: string[];
  synonyms?: boolean;
  documentation?: boolean;
  /**
   * Which entries of the answers are read, by where they come from or by name; all when absent. Of thousands of
   * resources those that nobody looks at would take the time and the memory.
   */
  only?: { source: ConfigSource; names: string[] };
  /** Who is asked, where any broker would do. */
  to?: Destination;
}

export interface AskedConfigs {
  /** The entries of a resource; undefined where they could not be read. */
  of(resource: ConfigResource): ConfigEntry[] | undefined;
  /** By resource, in the order asked. */
  errors: Array<{ resource: ConfigResource; error: ItemError }>;
}

/** Answers are a few kilobytes a resource. Of many at once too much would live at one time, and be copied by the collector. */
const resourcesAtOnce = 60;
/** A broker works at one request of a connection at a time: each has a connection of its own. */
const requestsAtOnce = 4;
const listType = 7;

/** Opens the connections that many resources are asked over, for who waits for something else now. */
export function prepareToAsk(cluster: Cluster): void {
  for (let worker = 1; worker < requestsAtOnce; worker++) void cluster.wire.prepare(purposeOf(worker));
}

function purposeOf(worker: number): string {
  return worker === 0 ? 'control' : `configs-${worker}`;
}

/** Reads configurations; what cannot be read is an error of its own resource. */
export async function askConfigs(
  cluster: Cluster,
  resources: readonly ConfigResource[],
  options: AskConfigsOptions = {},
): Promise<AskedConfigs> {
  const entries = new Map<string, ConfigEntry[]>();
  const failures = new Map<string, ItemError>();
  const chunks = byHolder(resources, (resource) => resource).flatMap(({ to, items }) =>
    chunksOf(items, resourcesAtOnce).map((chunk) => ({ to: to === 'any' ? (options.to ?? to) : to, chunk })),
  );
  const { only } = options;
  const api = only
    ? describeConfigsKeeping({ configSource: [codeOf(only.source)], name: only.names })
    : describeConfigs;
  const askNext = async (worker: number) => {
    for (let next = chunks.shift(); next; next = chunks.shift()) {
      await askChunk(cluster, api, next, purposeOf(worker), options, entries, failures);
    }
  };
  await Promise.all(Array.from({ length: requestsAtOnce }, (_, worker) => askNext(worker)));
  const errors = resources.flatMap((resource) => {
    const error = failures.get(resourceKey(resource));
    return error ? [{ resource, error }] : [];
  });
  return { of: (resource) => entries.get(resourceKey(resource)), errors };
}

async function askChunk(
  cluster: Cluster,
  api: typeof describeConfigs,
  { to, chunk }: { to: Destination; chunk: ConfigResource[] },
  purpose: string,
  { keys, synonyms = false, documentation = false }: AskConfigsOptions,
  entries: Map<string, ConfigEntry[]>,
  failures: Map<string, ItemError>,
): Promise<void> {
  const resources = chunk.map(({ type, name }) => ({
    resourceType: resourceCodes[type],
    resourceName: name,
    configurationKeys: keys ?? null,
  }));
  const body = (version: number) => ({
    resources,
    includeSynonyms: synonyms,
    ...(version >= 3 ? { includeDocumentation: documentation } : {}),
  });
  try {
    const { results } = await cluster.wire.request(api, body, to, { purpose });
    const byKey = new Map(results.map((result) => [`${result.resourceType} ${result.resourceName}`, result]));
    for (const resource of chunk) {
      const key = resourceKey(resource);
      const result = byKey.get(key);
      if (result?.errorCode === 0) {
        entries.set(key, result.configs.map(entryOf));
      } else {
        const { name: code, message } = errorOf(result?.errorCode ?? -1);
        failures.set(key, {
          subject: describeResource(resource),
          code,
          message: result?.errorMessage ?? message,
          ...hintOfRefusal(resource, code),
        });
      }
    }
  } catch (error) {
    for (const resource of chunk)
      failures.set(resourceKey(resource), itemError(describeResource(resource), error));
  }
}

type AnsweredEntry = ResponseOf<typeof describeConfigs>['results'][number]['configs'][number];

function entryOf(entry: AnsweredEntry): ConfigEntry {
  return {
    name: entry.name,
    value: entry.isSensitive ? null : entry.value,
    source: sourceOf(entry.configSource),
    readOnly: entry.readOnly,
    sensitive: entry.isSensitive,
    isList: entry.configType === 0 ? null : entry.configType === listType,
    synonyms: entry.synonyms.map(({ name, value, source }) => ({
      name,
      value: entry.isSensitive ? null : value,
      source: sourceOf(source),
    })),
    documentation: entry.documentation,
  };
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
