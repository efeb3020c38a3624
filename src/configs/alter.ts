import { listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { type AskedConfigs, askConfigs, type ConfigEntry } from './ask.js';
import { planChange, refusals } from './plan.js';
import { type ConfigResource, ownSource } from './resources.js';
import { type ResourceWords, selectResources } from './select.js';
import { type ConfigChange, type ConfigOperation, sendConfigChanges } from './send.js';
import { awaitChanges, holds } from './settle.js';
import type { ChangedResource, ConfigChangeList } from './types.js';

export interface AlterConfigsOptions {
  words: ResourceWords;
  operations: ConfigOperation[];
  /** The keys whose values everybody can see who sees the command line. */
  onCommandLine: string[];
  dryRun: boolean;
  /** Sends keys that the broker does not list: those of plug-ins. */
  allowUnknown: boolean;
}

/**
 * Changes configurations incrementally, each resource's together or not at all, and waits until every live broker
 * shows them. A dry run is checked by the brokers themselves.
 */
export async function alterConfigs(
  cluster: Cluster,
  options: AlterConfigsOptions,
): Promise<ConfigChangeList> {
  const { words, operations, dryRun } = options;
  const { resources, errors } = await selectResources(cluster, words);
  const before = await askConfigs(cluster, resources, { synonyms: true });
  const brokerKeys = words.brokerDefaults ? await askBrokerKeys(cluster) : [];
  const changes: ConfigChange[] = [];
  for (const resource of resources) {
    const entries = before.of(resource);
    if (!entries) continue;
    const isDefault = ownSource(resource) === 'cluster-wide default';
    const refused = refusals(resource, isDefault ? brokerKeys : entries, options);
    errors.push(...refused);
    if (refused.length === 0) changes.push({ resource, operations });
  }
  errors.push(...before.errors.map(({ error }) => error));
  const sent = await sendConfigChanges(cluster, changes, { validateOnly: dryRun });
  const warnings: string[] = [];
  const lost = sent.errors.filter(({ error }) => error.code === 'ANSWER_LOST' && !dryRun);
  const found = await whichHold(
    cluster,
    before,
    lost.map(({ change }) => change),
  );
  if (found.length > 0)
    warnings.push(
      'the answer to IncrementalAlterConfigs was lost; that the values are there was found by looking',
    );
  errors.push(...sent.errors.flatMap(({ change, error }) => (found.includes(change) ? [] : [error])));
  if (!dryRun) warnings.push(...(await awaitChanges(cluster, before, sent.done)));
  const done = changes.filter((change) => sent.done.includes(change) || found.includes(change));
  const after = dryRun ? undefined : await askConfigs(cluster, resourcesOf(done));
  const items = done.map((change) => changedResource(change, before, after));
  const list = listDocument('ConfigChangeList', 1, items, errors, warnings);
  return { ...list, dryRun, ...(dryRun ? { validatedBy: 'broker' as const } : {}) };
}

/** What brokers can be configured with: the cluster-wide default itself lists only what is set. */
async function askBrokerKeys(cluster: Cluster): Promise<ConfigEntry[]> {
  const { brokers } = await cluster.wire.nodes();
  const resource = { type: 'broker' as const, name: String(brokers[0]?.id ?? '') };
  return (await askConfigs(cluster, [resource])).of(resource) ?? [];
}

/** After a lost answer: the changes that are there now, by this command or from before. */
async function whichHold(
  cluster: Cluster,
  before: AskedConfigs,
  changes: ConfigChange[],
): Promise<ConfigChange[]> {
  if (changes.length === 0) return [];
  const now = await askConfigs(cluster, resourcesOf(changes));
  return changes.filter((change) => holds(before, now, change));
}

function resourcesOf(changes: ConfigChange[]): ConfigResource[] {
  return changes.map(({ resource }) => resource);
}

/** @param after what is there now; absent in a dry run, where it is foretold */
function changedResource(
  { resource, operations }: ConfigChange,
  before: AskedConfigs,
  after: AskedConfigs | undefined,
): ChangedResource {
  const entryOf = (asked: AskedConfigs, key: string) =>
    asked.of(resource)?.find((entry) => entry.name === key);
  const changes = operations.map((operation) => {
    const planned = planChange(resource, entryOf(before, operation.key), operation);
    const now = after && entryOf(after, operation.key);
    return now ? { ...planned, after: now.value } : planned;
  });
  return { ...resource, result: after ? 'changed' : 'valid', changes };
}
