import type { Cluster } from '../cluster/index.js';
import { askConfigs } from '../configs/ask.js';
import { type ConfigResource, ownSource } from '../configs/resources.js';
import { type ConfigChange, sendConfigChanges } from '../configs/send.js';
import { awaitChanges } from '../configs/settle.js';
import type { Cordon } from './run/types.js';

/** The directories of a broker that take no new replicas, since Kafka 4.3 (KIP-1066). */
export const cordonKey = 'cordoned.log.dirs';
const allDirs = '*';

const ofBroker = (id: number): ConfigResource => ({ type: 'broker', name: String(id) });

/**
 * The cordons that keep new replicas off brokers, asked of the brokers and not set yet. One that has all its directories
 * cordoned needs none; one that is away gets no replicas anyway.
 * @returns with it, in words, why brokers cannot be cordoned: those before 4.3 cannot be
 */
export async function planCordons(
  cluster: Cluster,
  ids: readonly number[],
): Promise<{ cordons: Cordon[]; warnings: string[] }> {
  const { brokers } = await cluster.wire.nodes();
  const alive = ids.filter((id) => brokers.some((broker) => broker.id === id));
  const configs = await askConfigs(cluster, alive.map(ofBroker), { keys: [cordonKey] });
  const reasons = new Map(configs.errors.map(({ resource, error }) => [resource.name, error.message]));
  const cordons = alive.flatMap((broker): Cordon[] => {
    const resource = ofBroker(broker);
    const entry = configs.of(resource)?.find(({ name }) => name === cordonKey);
    if (!entry) {
      if (!reasons.has(resource.name)) reasons.set(resource.name, 'brokers can be since Kafka 4.3');
      return [];
    }
    const before = entry.source === ownSource(resource) ? entry.value : null;
    return before === allDirs ? [] : [{ broker, before, during: allDirs }];
  });
  const { errors } = await sendConfigChanges(cluster, changesOf(cordons, 'during'), { validateOnly: true });
  for (const { change, error } of errors) reasons.set(change.resource.name, error.message);
  return {
    cordons: cordons.filter(({ broker }) => !reasons.has(String(broker))),
    warnings: [...reasons].map(
      ([name, why]) => `broker ${name} is not cordoned, so that new topics may still come to it: ${why}`,
    ),
  };
}

/** Sets cordons, or what was before them. @returns what brokers refuse, in words */
export async function setCordons(
  cluster: Cluster,
  cordons: readonly Cordon[],
  to: 'during' | 'before',
): Promise<string[]> {
  const { done, errors } = await sendConfigChanges(cluster, changesOf(cordons, to));
  const late = await awaitChanges(cluster, { of: () => [], errors: [] }, done);
  return [
    ...late,
    ...errors.map(
      ({ change, error }) =>
        `${cordonKey} of broker ${change.resource.name} stays as it is: ${error.message}`,
    ),
  ];
}

function changesOf(cordons: readonly Cordon[], to: 'during' | 'before'): ConfigChange[] {
  return cordons.map(({ broker, [to]: value }) => ({
    resource: ofBroker(broker),
    operations: [{ operation: value === null ? 'unset' : 'set', key: cordonKey, value }],
  }));
}
