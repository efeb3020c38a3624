import type { ItemError } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { askConfigs, type ConfigEntry } from '../configs/ask.js';
import { type ConfigResource, ownSource } from '../configs/resources.js';
import { type ConfigChange, sendConfigChanges } from '../configs/send.js';
import type { JournalState } from './run/journal-state.js';
import {
  type Before,
  type BrokerBefore,
  mergedList,
  participants,
  rateFor,
  rateKeys,
  replicasKeys,
  restoredList,
  restoredRate,
  sameEntries,
  type TopicBefore,
  throttledReplicas,
  type Wish,
} from './run/throttles.js';

const ofBroker = (id: number): ConfigResource => ({ type: 'broker', name: String(id) });
const ofTopic = (name: string): ConfigResource => ({ type: 'topic', name });

export interface AskedThrottles {
  brokers: Map<number, BrokerBefore>;
  topics: Map<string, TopicBefore>;
  errors: ItemError[];
}

/** What throttles brokers and topics have now. Those that cannot be read are errors, and missing. */
export async function askThrottles(
  cluster: Cluster,
  brokers: readonly number[],
  topics: readonly string[],
): Promise<AskedThrottles> {
  const synonyms = true;
  const [brokerConfigs, topicConfigs] = await Promise.all([
    askConfigs(cluster, brokers.map(ofBroker), { keys: [...rateKeys], synonyms }),
    askConfigs(cluster, topics.map(ofTopic), { keys: [...replicasKeys], synonyms }),
  ]);
  const known: AskedThrottles = {
    brokers: new Map(),
    topics: new Map(),
    errors: [...brokerConfigs.errors, ...topicConfigs.errors].map(({ error }) => error),
  };
  for (const broker of brokers) {
    const entries = brokerConfigs.of(ofBroker(broker));
    if (entries)
      known.brokers.set(broker, { broker, rates: rateKeys.map((key) => readBefore(entries, key, 'broker')) });
  }
  for (const topic of topics) {
    const entries = topicConfigs.of(ofTopic(topic));
    if (entries)
      known.topics.set(topic, { topic, lists: replicasKeys.map((key) => readBefore(entries, key, 'topic')) });
  }
  return known;
}

/** An empty list is Kafka's default, and as good as none. */
function readBefore<Key extends string>(
  entries: readonly ConfigEntry[],
  key: Key,
  type: ConfigResource['type'],
): Before<Key> {
  const entry = entries.find(({ name }) => name === key);
  const own = entry?.source === ownSource({ type, name: '1' }) ? entry.value : null;
  return { key, own, effective: entry?.value || null };
}

/** Brokers and topics whose throttles the run sets and has not looked at yet. Brokers that are away wait. */
export function unknownThrottles(
  state: JournalState,
  alive: ReadonlySet<number>,
): { brokers: number[]; topics: string[] } {
  if (state.throttle === null) return { brokers: [], topics: [] };
  const { moves } = state.head;
  return {
    brokers: [...participants(moves)].filter((id) => alive.has(id) && !state.brokersBefore.has(id)),
    topics: [...throttledReplicas(moves).keys()].filter((topic) => !state.topicsBefore.has(topic)),
  };
}

/** The changes that set the run's throttles, on what it has looked at before. */
export function settingChanges(state: JournalState, alive: ReadonlySet<number>): ConfigChange[] {
  if (state.throttle === null) return [];
  const changes: ConfigChange[] = [];
  for (const { broker, rates } of state.brokersBefore.values()) {
    if (!alive.has(broker)) continue;
    const wishes = rates.map((before) => {
      const rate = rateFor(state.throttle, before);
      return { key: before.key, wish: rate === null ? undefined : String(rate) };
    });
    pushChange(changes, ofBroker(broker), wishes);
  }
  const ours = throttledReplicas(state.head.moves);
  for (const { topic, lists } of state.topicsBefore.values()) {
    const wishes = lists.map(({ key, effective }) => {
      const merged = mergedList(effective, ours.get(topic)?.[key] ?? []);
      return { key, wish: sameEntries(merged, effective ?? '') ? undefined : merged };
    });
    pushChange(changes, ofTopic(topic), wishes);
  }
  return changes;
}

export interface Restoration {
  changes: ConfigChange[];
  /** Throttles that somebody else has changed meanwhile, and that stay as they are; in words. */
  foreign: string[];
}

/** The changes that put every throttle back to what it was before the run. */
export function restoringChanges(state: JournalState, now: AskedThrottles): Restoration {
  const changes: ConfigChange[] = [];
  const foreign: string[] = [];
  for (const { broker, rates } of state.brokersBefore.values()) {
    const current = now.brokers.get(broker)?.rates;
    if (!current) continue;
    const wishes = rates.map((before) => {
      const own = current.find(({ key }) => key === before.key)?.own ?? null;
      const ours = state.throttles.flatMap((choice) => rateFor(choice, before) ?? []);
      const { wish, foreign: isForeign } = restoredRate(before, own, ours);
      if (isForeign)
        foreign.push(`${before.key}=${own} of broker ${broker} was set by somebody else and stays`);
      return { key: before.key, wish };
    });
    pushChange(changes, ofBroker(broker), wishes);
  }
  const lists = throttledReplicas(state.head.moves);
  for (const { topic, lists: befores } of state.topicsBefore.values()) {
    const current = now.topics.get(topic)?.lists;
    if (!current) continue;
    const wishes = befores.map((before) => {
      const own = current.find(({ key }) => key === before.key)?.own ?? null;
      return { key: before.key, wish: restoredList(before, own, lists.get(topic)?.[before.key] ?? []) };
    });
    pushChange(changes, ofTopic(topic), wishes);
  }
  return { changes, foreign };
}

/** Brokers that are away, and whose rates the run has set: only they themselves take their configurations. */
export function throttledAndAway(state: JournalState, alive: ReadonlySet<number>): number[] {
  return [...state.brokersBefore.values()]
    .filter(({ rates }) =>
      rates.some((before) => state.throttles.some((choice) => rateFor(choice, before) !== null)),
    )
    .map(({ broker }) => broker)
    .filter((id) => !alive.has(id));
}

function pushChange(
  changes: ConfigChange[],
  resource: ConfigResource,
  wishes: Array<{ key: string; wish: Wish }>,
): void {
  const operations = wishes.flatMap(({ key, wish }): ConfigChange['operations'] =>
    wish === undefined ? [] : [{ operation: wish === null ? 'unset' : 'set', key, value: wish }],
  );
  if (operations.length > 0) changes.push({ resource, operations });
}

/** Whether brokers would let the throttles be set: nothing is changed. @returns what they refuse */
export async function rehearseThrottles(
  cluster: Cluster,
  state: JournalState,
  alive: ReadonlySet<number>,
): Promise<ItemError[]> {
  const { errors } = await sendConfigChanges(cluster, settingChanges(state, alive), { validateOnly: true });
  return errors.map(({ error }) => error);
}
