import { type ItemError, type ListDocument, listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { askConfigs } from '../configs/ask.js';
import { type ConfigResource, describeResource, ownSource } from '../configs/resources.js';
import { type ConfigChange, sendConfigChanges } from '../configs/send.js';
import { awaitChanges } from '../configs/settle.js';
import { askTopicMetadata } from '../topics/metadata.js';
import { askClusterId } from './apply.js';
import { findOpenJournal } from './journal-place.js';
import { entriesOf, rateKeys, replicasKeys, throttledReplicas } from './run/throttles.js';
import { askReassignments } from './running.js';

const logDirKey = 'replica.alter.log.dirs.io.max.bytes.per.second';

/**
 * Whose a throttle looks like. `kctl`: an open journal has set it; `reassignment`: it is for what is being reassigned
 * now; `left-over`: its list names replicas that nobody moves any more; `operator`: it holds for all, or is a rate alone.
 */
export type ThrottleOwner = 'kctl' | 'reassignment' | 'left-over' | 'operator';

export interface SetThrottle {
  /** `topic` or `broker`; a broker without a name is the default of all. */
  type: 'topic' | 'broker';
  name: string;
  key: string;
  value: string;
  owner: ThrottleOwner;
  /** Why it looks so. */
  reason: string;
}

export interface ThrottleList extends ListDocument<SetThrottle> {
  kind: 'ThrottleList';
}

/** Every throttle of replication that is set on a topic, on a broker, or for all brokers. */
export async function listThrottles(cluster: Cluster): Promise<ThrottleList> {
  const [{ brokers }, topics] = await Promise.all([cluster.wire.nodes(), askTopicMetadata(cluster, null)]);
  const ofTopics = topics.map(({ name }): ConfigResource => ({ type: 'topic', name }));
  const ofBrokers = ['', ...brokers.map(({ id }) => String(id))].map(
    (name): ConfigResource => ({ type: 'broker', name }),
  );
  const [topicConfigs, brokerConfigs] = await Promise.all([
    askConfigs(cluster, ofTopics, { keys: [...replicasKeys] }),
    askConfigs(cluster, ofBrokers, { keys: [...rateKeys, logDirKey] }),
  ]);
  // Last: whoever has begun since the throttles were read is among these, so that none of his is taken for left over.
  const journal = findOpenJournal(await askClusterId(cluster), undefined)?.state;
  const running = await askReassignments(cluster);
  const ours = throttledReplicas(journal?.head.moves ?? []);
  const moving = new Map<string, Set<number>>();
  for (const { topic, partition } of running)
    moving.set(topic, (moving.get(topic) ?? new Set()).add(partition));
  const items: SetThrottle[] = [];
  /** Brokers whose replicas lists name that are left over. */
  const named = new Set<string>();
  for (const resource of [...ofTopics, ...ofBrokers]) {
    const asked = resource.type === 'topic' ? topicConfigs : brokerConfigs;
    for (const { name: key, value, source } of asked.of(resource) ?? []) {
      if (value === null || value === '' || source !== ownSource(resource)) continue;
      const { name } = resource;
      const isRunBroker = name !== '' && journal?.brokersBefore.has(Number(name)) === true;
      const verdict =
        resource.type === 'topic'
          ? ownerOfList(entriesOf(value), ours.has(name), moving.get(name))
          : ownerOfRate({ isOurs: isRunBroker, isNamed: named.has(name), running: running.length });
      if (verdict.owner === 'left-over')
        for (const entry of entriesOf(value)) named.add(entry.split(':')[1] ?? '');
      items.push({
        type: resource.type === 'topic' ? 'topic' : 'broker',
        name: resource.name,
        key,
        value,
        ...verdict,
      });
    }
  }
  const errors = [...topicConfigs.errors, ...brokerConfigs.errors].map(({ error }) => error);
  return { ...listDocument('ThrottleList', 1, items, errors), kind: 'ThrottleList' };
}

type Verdict = Pick<SetThrottle, 'owner' | 'reason'>;

function ownerOfList(entries: string[], isOurs: boolean, moving: Set<number> | undefined): Verdict {
  if (isOurs) return { owner: 'kctl', reason: 'a journal of kctl is open for this topic' };
  if (entries.includes('*')) return { owner: 'operator', reason: 'it holds for all replicas' };
  const isMoving = entries.some((entry) => moving?.has(Number(entry.split(':')[0])));
  return isMoving
    ? { owner: 'reassignment', reason: 'it names partitions that are being reassigned' }
    : { owner: 'left-over', reason: 'it names replicas, as tools do, and none of them is being reassigned' };
}

function ownerOfRate({
  isOurs,
  isNamed,
  running,
}: {
  isOurs: boolean;
  isNamed: boolean;
  running: number;
}): Verdict {
  if (isOurs) return { owner: 'kctl', reason: 'a journal of kctl is open for this broker' };
  if (running > 0) return { owner: 'reassignment', reason: 'partitions are being reassigned' };
  if (isNamed)
    return { owner: 'left-over', reason: 'a list that was left over names replicas of this broker' };
  return { owner: 'operator', reason: 'no list of replicas goes with it: it may be kept on purpose' };
}

export interface ThrottleChange extends SetThrottle {
  /** `valid` is the result of a dry run; `kept`: it is in use, or an operator's. */
  result: 'cleared' | 'valid' | 'kept';
}

export interface ThrottleChangeList extends ListDocument<ThrottleChange> {
  dryRun: boolean;
  validatedBy?: 'broker';
}

/**
 * Takes throttles away that are left over; `all` takes those of operators too. Those of something that is under way stay.
 */
export async function clearThrottles(
  cluster: Cluster,
  { all, dryRun }: { all: boolean; dryRun: boolean },
): Promise<ThrottleChangeList> {
  const { items, errors } = await listThrottles(cluster);
  const isCleared = ({ owner }: SetThrottle) => owner === 'left-over' || (all && owner === 'operator');
  const changes = new Map<string, ConfigChange>();
  for (const { type, name, key } of items.filter(isCleared)) {
    const resource: ConfigResource = { type, name };
    const change = changes.get(describeResource(resource)) ?? { resource, operations: [] };
    changes.set(describeResource(resource), change);
    change.operations.push({ operation: 'unset', key, value: null });
  }
  const sent = await sendConfigChanges(cluster, [...changes.values()], { validateOnly: dryRun });
  const warnings = dryRun ? [] : await awaitChanges(cluster, { of: () => [], errors: [] }, sent.done);
  const refused = new Set(sent.errors.map(({ change }) => change));
  const results = items.flatMap((item): ThrottleChange[] => {
    if (!isCleared(item)) return [{ ...item, result: 'kept' }];
    const change = changes.get(describeResource({ type: item.type, name: item.name }));
    return change && refused.has(change) ? [] : [{ ...item, result: dryRun ? 'valid' : 'cleared' }];
  });
  const failures: ItemError[] = [...errors, ...sent.errors.map(({ error }) => error)];
  const list = listDocument('ThrottleChangeList', 1, results, failures, warnings);
  return { ...list, dryRun, ...(dryRun ? { validatedBy: 'broker' as const } : {}) };
}
