import { compareNames } from '../base/names.js';
import { listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { askConfigs, type ConfigEntry } from './ask.js';
import { type ConfigResource, ownSource } from './resources.js';
import { type ResourceWords, selectResources } from './select.js';
import type { ConfigDescriptionList, DescribedConfig } from './types.js';

export interface DescribeConfigsOptions {
  words: ResourceWords;
  /** Those too that are as Kafka's default is. */
  all: boolean;
  documentation: boolean;
  /** These keys only, whatever they are. */
  keys: string[];
}

/** Describes configurations; a resource that cannot be read is an error of its own. */
export async function describeConfigs(
  cluster: Cluster,
  options: DescribeConfigsOptions,
): Promise<ConfigDescriptionList> {
  const { resources, errors } = await selectResources(cluster, options.words);
  const answer = await askConfigs(cluster, resources, {
    synonyms: true,
    documentation: options.documentation,
    ...(options.keys.length > 0 ? { keys: options.keys } : {}),
  });
  const items = resources.flatMap((resource) => {
    const entries = answer.of(resource);
    if (!entries) return [];
    const shown = entries.filter(
      (entry) => options.all || options.keys.length > 0 || entry.source !== 'default',
    );
    const configs = shown.map((entry) => describe(resource, entry, options.documentation));
    return [{ ...resource, configs: configs.sort((a, b) => compareNames(a.name, b.name)) }];
  });
  errors.push(...answer.errors.map(({ error }) => error));
  return listDocument('ConfigDescriptionList', 1, items, errors);
}

function describe(resource: ConfigResource, entry: ConfigEntry, withDocumentation: boolean): DescribedConfig {
  const { isList: _, documentation, ...rest } = entry;
  return {
    ...rest,
    own: entry.source === ownSource(resource),
    ...(withDocumentation ? { documentation } : {}),
  };
}
