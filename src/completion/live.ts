import { compareNames } from '../base/names.js';
import { type Cluster, openCluster } from '../cluster/index.js';
import type { LiveKind } from './line.js';

type Flags = Record<string, string[]>;

/** Names that a shell takes as they stand: a group may be called anything, and must not become a command. */
const plainName = /^[A-Za-z0-9._:@%+,/-]+$/;

/**
 * What there is in the cluster that the line's own flags, the environment and files name; nobody is asked for a
 * password.
 */
export async function liveNames(kind: LiveKind, flags: Flags, timeoutMs: number): Promise<string[]> {
  const names = kind === 'context' ? await contexts() : await namesIn(kind, flags, timeoutMs);
  return [...new Set(names)].filter((name) => plainName.test(name)).sort(compareNames);
}

async function contexts(): Promise<string[]> {
  const { listContexts } = await import('../contexts/operations.js');
  return (await listContexts()).items.map(({ name }) => name);
}

async function namesIn(
  kind: Exclude<LiveKind, 'context'>,
  flags: Flags,
  timeoutMs: number,
): Promise<string[]> {
  const cluster = await openCluster({
    'bootstrap-server': flags['bootstrap-server']?.at(-1),
    'command-config': flags['command-config']?.at(-1),
    context: flags.context?.at(-1),
    proxy: flags.proxy?.at(-1),
    property: flags.property,
    resolve: flags.resolve,
    timeout: timeoutMs,
  });
  try {
    return await ask[kind](cluster, flags);
  } finally {
    cluster.close();
  }
}

const ask: Record<Exclude<LiveKind, 'context'>, (cluster: Cluster, flags: Flags) => Promise<string[]>> = {
  async topic(cluster) {
    const { askTopicMetadata } = await import('../topics/metadata.js');
    return (await askTopicMetadata(cluster, null)).map(({ name }) => name);
  },
  async group(cluster) {
    const { listGroups } = await import('../groups/find.js');
    const { items } = await listGroups(cluster, { patterns: [], states: [], types: [] });
    return items.map(({ group }) => group);
  },
  async broker(cluster) {
    return (await cluster.wire.nodes()).brokers.map(({ id }) => String(id));
  },
  async user(cluster) {
    const { listUsers } = await import('../users/list.js');
    return (await listUsers(cluster, { names: [] })).items.map(({ name }) => name);
  },
  async 'config-key'(cluster, flags) {
    const { askConfigs } = await import('../configs/ask.js');
    const resource = await resourceOf(cluster, flags);
    const entries = resource && (await askConfigs(cluster, [resource])).of(resource);
    return (entries ?? []).filter(({ readOnly }) => !readOnly).map(({ name }) => name);
  },
};

/** What keys are wanted of: what the line names, else any topic. */
async function resourceOf(cluster: Cluster, flags: Flags) {
  const { brokers } = await cluster.wire.nodes();
  const broker = flags.broker?.at(-1) ?? (flags['broker-defaults'] ? brokers[0]?.id : undefined);
  if (broker !== undefined) return { type: 'broker' as const, name: String(broker) };
  const logger = flags['broker-logger']?.at(-1);
  if (logger !== undefined) return { type: 'broker-logger' as const, name: logger };
  const group = flags.group?.at(-1);
  if (group !== undefined) return { type: 'group' as const, name: group };
  const topic = flags.topic?.at(-1) ?? (await ask.topic(cluster, flags))[0];
  return topic === undefined ? undefined : { type: 'topic' as const, name: topic };
}
