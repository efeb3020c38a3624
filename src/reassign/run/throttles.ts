import type { PlannedMove } from '../plan/types.js';
import { destinationsOf, type ThrottleChoice } from './types.js';

/** Kafka's DynamicConfig.Broker (KIP-73). */
export const rateKeys = ['leader.replication.throttled.rate', 'follower.replication.throttled.rate'] as const;
/** Kafka's throttle of topics (KIP-73): `partition:broker,…`, or `*` for all. */
export const replicasKeys = [
  'leader.replication.throttled.replicas',
  'follower.replication.throttled.replicas',
] as const;
export type RateKey = (typeof rateKeys)[number];
export type ReplicasKey = (typeof replicasKeys)[number];

/** A value of a throttle as it was before the run. */
export interface Before<Key> {
  key: Key;
  /** What was set for this broker or topic itself; null: nothing was. */
  own: string | null;
  /** What was shown, wherever it was set: for the broker, for all, in its file, by default; null: nothing was. */
  effective: string | null;
}

export interface BrokerBefore {
  broker: number;
  rates: Before<RateKey>[];
}

export interface TopicBefore {
  topic: string;
  lists: Before<ReplicasKey>[];
}

/** KRaft's metadata hold no longer value (Short.MAX_VALUE); some room is left. */
const longestList = 30_000;
/** Where nobody has said more: a good third of a gigabit. */
export const autoBytesPerSec = 50_000_000;

/** Brokers that copy for the plan, in or out. Moves of leadership alone copy nothing. */
export function participants(moves: readonly PlannedMove[]): Set<number> {
  const brokers = new Set<number>();
  for (const move of moves) {
    const into = destinationsOf(move);
    if (into.length === 0) continue;
    for (const id of [...into, ...move.from]) brokers.add(id);
  }
  return new Set([...brokers].sort((a, b) => a - b));
}

/** What the plan throttles of each topic: its sources for leaders, its destinations for followers. */
export function throttledReplicas(moves: readonly PlannedMove[]): Map<string, Record<ReplicasKey, string[]>> {
  const topics = new Map<string, Record<ReplicasKey, string[]>>();
  for (const move of moves) {
    const into = destinationsOf(move);
    if (into.length === 0) continue;
    const lists = topics.get(move.topic) ?? { [replicasKeys[0]]: [], [replicasKeys[1]]: [] };
    topics.set(move.topic, lists);
    lists[replicasKeys[0]].push(...move.from.map((id) => `${move.partition}:${id}`));
    lists[replicasKeys[1]].push(...into.map((id) => `${move.partition}:${id}`));
  }
  return topics;
}

export function entriesOf(list: string | null): string[] {
  return (list ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** The list while the plan runs: what was there stays in it. */
export function mergedList(before: string | null, ours: readonly string[]): string {
  const old = entriesOf(before);
  if (old.includes('*')) return '*';
  const merged = [...new Set([...old, ...ours])].join(',');
  return merged.length > longestList ? '*' : merged;
}

/**
 * The rate that a broker is given while the plan runs; null: what it has stays. A rate for all brokers or in a broker's file is
 * set for the broker itself: brokers show both, but obey the one since Kafka 3.9 only, and the other never (BrokerConfigHandler).
 */
export function rateFor(
  choice: ThrottleChoice,
  { own, effective }: Pick<Before<RateKey>, 'own' | 'effective'>,
): number | null {
  if (choice !== 'auto') return choice;
  if (isRate(own)) return null;
  return isRate(effective) ? Number(effective) : autoBytesPerSec;
}

/** Long.MaxValue is Kafka's word for no limit. */
function isRate(value: string | null): value is string {
  return value !== null && /^\d{1,19}$/.test(value) && BigInt(value) < 2n ** 63n - 1n;
}

/** `set` to a value, take away what is set (null), or leave it as it is (undefined). */
export type Wish = string | null | undefined;

/**
 * What to make of a rate when the run is over. What somebody else has set in the meantime stays.
 * @param ours every rate that the run has set
 */
export function restoredRate(
  { own }: Pick<Before<RateKey>, 'own'>,
  now: string | null,
  ours: readonly number[],
): { wish: Wish; foreign: boolean } {
  if (now === own) return { wish: undefined, foreign: false };
  if (now === null || ours.some((rate) => String(rate) === now)) return { wish: own, foreign: false };
  return { wish: undefined, foreign: true };
}

/** What to make of a list when the run is over: as it was, or without the run's entries where others have been at it. */
export function restoredList(
  { own, effective }: Pick<Before<ReplicasKey>, 'own' | 'effective'>,
  now: string | null,
  ours: readonly string[],
): Wish {
  if (now === own) return undefined;
  const merged = mergedList(effective, ours);
  if (now === null || sameEntries(now, merged)) return own;
  const kept = new Set(entriesOf(own));
  const added = new Set(ours);
  const left = entriesOf(now).filter((entry) => kept.has(entry) || !added.has(entry));
  if (left.join(',') === now) return undefined;
  return left.length === 0 ? own : left.join(',');
}

export function sameEntries(a: string, b: string): boolean {
  const [x, y] = [new Set(entriesOf(a)), new Set(entriesOf(b))];
  return x.size === y.size && [...x].every((entry) => y.has(entry));
}

export interface LeftThrottles {
  bytesPerSec: number;
  /** What will be there when the tool's throttles are gone. */
  brokers: BrokerBefore[];
  topics: TopicBefore[];
}

/**
 * The throttles that Kafka's ReassignPartitionsCommand has set for moves: one rate for sources and destinations alike, and lists that
 * hold just the replicas that move. Undefined where they do not look so.
 */
export function leftByTool(
  moves: readonly PlannedMove[],
  brokers: readonly BrokerBefore[],
  topics: readonly TopicBefore[],
): LeftThrottles | undefined {
  const ours = throttledReplicas(moves);
  const rates = new Set(brokers.flatMap((broker) => broker.rates.map(({ own }) => own)));
  const [rate] = rates;
  if (rates.size !== 1 || rate == null || !isRate(rate)) return undefined;
  const isListed = topics.every(({ topic, lists }) =>
    lists.every(({ key, own }) => {
      const listed = new Set(entriesOf(own));
      // It lists all replicas that there were before as sources, those that stay too.
      return (ours.get(topic)?.[key] ?? []).every((entry) => listed.has(entry));
    }),
  );
  if (!isListed || topics.length === 0) return undefined;
  return {
    bytesPerSec: Number(rate),
    brokers: brokers.map(({ broker }) => ({
      broker,
      rates: rateKeys.map((key) => ({ key, own: null, effective: null })),
    })),
    topics: topics.map(({ topic, lists }) => ({
      topic,
      lists: lists.map(({ key, own }) => {
        const added = new Set(ours.get(topic)?.[key] ?? []);
        const rest = entriesOf(own).filter((entry) => !added.has(entry));
        const left = rest.length === 0 ? null : rest.join(',');
        return { key, own: left, effective: left };
      }),
    })),
  };
}
