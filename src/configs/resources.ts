/** What has configurations, by the words that kctl uses (Kafka's ConfigResource.Type), and its code on the wire. */
export const resourceCodes = {
  topic: 2,
  broker: 4,
  'broker-logger': 8,
  'client-metrics': 16,
  group: 32,
} as const;
export type ResourceType = keyof typeof resourceCodes;

export interface ConfigResource {
  type: ResourceType;
  /** A topic, a broker's id, a subscription or a group; a broker without a name is the cluster-wide default. */
  name: string;
}

/** What older brokers answer of kinds of resources that they do not know is of little help. */
const since: Partial<Record<ResourceType, string>> = {
  'client-metrics': 'Brokers have client metrics from 3.7 on, in KRaft mode (KIP-714).',
  group: 'Brokers have configurations of groups from 4.0 on, in KRaft mode (KIP-848).',
};

/** Why brokers may refuse all of a resource, where its kind is new. */
export function hintOfRefusal({ type }: ConfigResource, code: string): { hint?: string } {
  const hint = code === 'INVALID_REQUEST' || code === 'UNSUPPORTED_VERSION' ? since[type] : undefined;
  return hint === undefined ? {} : { hint };
}

export function describeResource({ type, name }: ConfigResource): string {
  return type === 'broker' && name === '' ? 'brokers (cluster-wide default)' : `${type} ${name}`;
}

export function resourceKey({ type, name }: ConfigResource): string {
  return `${resourceCodes[type]} ${name}`;
}

/** Only the broker itself knows its own configurations and loggers; the rest any broker knows. */
export function holderOf({ type, name }: ConfigResource): 'any' | { broker: number } {
  const ofOneBroker = (type === 'broker' && name !== '') || type === 'broker-logger';
  return ofOneBroker ? { broker: Number(name) } : 'any';
}

/** Groups resources by the broker that is to be asked. */
export function byHolder<T>(items: readonly T[], resourceOf: (item: T) => ConfigResource) {
  const groups = new Map<string, { to: ReturnType<typeof holderOf>; items: T[] }>();
  for (const item of items) {
    const to = holderOf(resourceOf(item));
    const key = JSON.stringify(to);
    const group = groups.get(key) ?? { to, items: [] };
    group.items.push(item);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Where a value comes from (Kafka's DescribeConfigsResponse.ConfigSource), by its code on the wire. */
const sources = [
  'unknown',
  'topic',
  'broker',
  'cluster-wide default',
  'static',
  'default',
  'broker-logger',
  'client-metrics',
  'group',
] as const;
export type ConfigSource = (typeof sources)[number];

export function sourceOf(code: number): ConfigSource {
  return sources[code] ?? 'unknown';
}

export function codeOf(source: ConfigSource): number {
  return sources.indexOf(source);
}

/** The source of what is set for the resource itself, and so can be unset there. */
export function ownSource({ type, name }: ConfigResource): ConfigSource {
  return type === 'broker' && name === '' ? 'cluster-wide default' : type;
}
