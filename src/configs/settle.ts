import { pause } from '../base/deadline.js';
import type { Cluster } from '../cluster/index.js';
import { type AskedConfigs, askConfigs } from './ask.js';
import { planChange, sameValue } from './plan.js';
import { describeResource, holderOf, ownSource } from './resources.js';
import type { ConfigChange } from './send.js';

/** A broker that has not heard of a change by then is named, and hears of it later. */
const longestWaitMs = 5_000;

/** Whether what brokers say now is what the change makes of what they said before. */
export function holds(
  before: AskedConfigs,
  now: AskedConfigs,
  { resource, operations }: ConfigChange,
): boolean {
  const [earlier, entries] = [before.of(resource), now.of(resource)];
  if (!entries) return false;
  return operations.every((operation) => {
    const entry = entries.find(({ name }) => name === operation.key);
    // What a logger falls back to is set elsewhere, and secrets are not told.
    if (operation.operation === 'unset')
      return resource.type === 'broker-logger' || entry?.source !== ownSource(resource);
    if (entry?.sensitive) return true;
    const old = earlier?.find(({ name }) => name === operation.key);
    return sameValue(entry?.value ?? null, planChange(resource, old, operation).after);
  });
}

/** Waits until every live broker shows the changes. @returns what is to be said of those that do not in time */
export async function awaitChanges(
  cluster: Cluster,
  before: AskedConfigs,
  changes: ConfigChange[],
): Promise<string[]> {
  if (changes.length === 0) return [];
  const { brokers } = await cluster.wire.nodes();
  const endAt = performance.now() + Math.min(longestWaitMs, cluster.wire.deadline.remainingMs());
  const settles = async (to: { broker: number }, own: ConfigChange[]): Promise<ConfigChange[]> => {
    const resources = own.map(({ resource }) => resource);
    const keys = [...new Set(own.flatMap(({ operations }) => operations.map(({ key }) => key)))];
    for (let waitMs = 5; ; waitMs = Math.min(100, waitMs * 2)) {
      const now = await askConfigs(cluster, resources, { keys, to });
      const behind = own.filter((change) => !holds(before, now, change));
      if (behind.length === 0 || performance.now() > endAt) return behind;
      await pause(waitMs);
    }
  };
  const waits = brokers.map(async ({ id }) => {
    const own = changes.filter(({ resource }) => {
      const holder = holderOf(resource);
      return typeof holder !== 'object' || holder.broker === id;
    });
    const behind = own.length === 0 ? [] : await settles({ broker: id }, own);
    return behind.map(
      ({ resource }) => `broker ${id} does not show the change of ${describeResource(resource)} yet`,
    );
  });
  return (await Promise.all(waits)).flat();
}
