import { type Assignor, inOrder, type MemberSubscription } from './assign.js';
import { partitionName, type TopicPartition } from './fetch-leaders.js';

/**
 * Evenly, and so that each member keeps what it had as far as that goes: nothing moves but what evenness asks for.
 * As good as Kafka's StickyAssignor, though where several such assignments exist it may choose another one.
 */
export const assignSticky: Assignor = (members, partitionCounts) => {
  const order = inOrder(members);
  const shares = new Map(order.map(({ memberId }) => [memberId, new Map<string, TopicPartition>()]));
  const load = (memberId: string) => shares.get(memberId)?.size ?? 0;
  const give = (memberId: string, partition: TopicPartition) =>
    shares.get(memberId)?.set(partitionName(partition), partition);

  const owners = findOwners(order, partitionCounts);
  const all = [...partitionCounts.keys()].sort().flatMap((topic) => {
    const subscribers = order.filter(({ topics }) => topics.includes(topic));
    if (subscribers.length === 0) return [];
    const count = partitionCounts.get(topic) ?? 0;
    return Array.from({ length: count }, (_, partition) => ({ topic, partition, subscribers }));
  });
  const leastLoaded = (subscribers: readonly MemberSubscription[]) =>
    subscribers.map(({ memberId }) => memberId).reduce((a, b) => (load(b) < load(a) ? b : a));

  for (const { topic, partition } of all) {
    const owner = owners.get(partitionName({ topic, partition }));
    if (owner !== undefined) give(owner, { topic, partition });
  }
  for (const { topic, partition, subscribers } of all) {
    const name = partitionName({ topic, partition });
    if (owners.has(name)) continue;
    owners.set(name, leastLoaded(subscribers));
    give(leastLoaded(subscribers), { topic, partition });
  }
  // Each move brings two loads nearer to one another, so this ends.
  for (let moved = true; moved; ) {
    moved = false;
    for (const { topic, partition, subscribers } of all) {
      const name = partitionName({ topic, partition });
      const from = owners.get(name) ?? '';
      const to = leastLoaded(subscribers);
      if (load(from) - load(to) < 2) continue;
      shares.get(from)?.delete(name);
      give(to, { topic, partition });
      owners.set(name, to);
      moved = true;
    }
  }
  return new Map([...shares].map(([memberId, share]) => [memberId, [...share.values()]]));
};

/**
 * The same, but what another member still holds is given to nobody yet: its holder gives it up when it sees its new
 * share, and joins again (KIP-429). The others read on meanwhile.
 */
export const assignCooperatively: Assignor = (members, partitionCounts) => {
  const holders = new Map<string, Set<string>>();
  for (const { memberId, owned } of members) {
    for (const name of owned.map(partitionName))
      holders.set(name, (holders.get(name) ?? new Set()).add(memberId));
  }
  return new Map(
    [...assignSticky(members, partitionCounts)].map(([memberId, share]) => [
      memberId,
      share.filter((partition) => holders.get(partitionName(partition))?.has(memberId) ?? true),
    ]),
  );
};

/**
 * Who had each partition: of several claims that of the newest generation counts, and none where there are two such.
 * @returns member ids by partition name
 */
function findOwners(
  members: readonly MemberSubscription[],
  partitionCounts: ReadonlyMap<string, number>,
): Map<string, string> {
  const claims = new Map<string, { memberId: string | undefined; generationId: number }>();
  for (const { memberId, owned, topics, generationId } of members) {
    for (const { topic, partition } of owned) {
      if (!topics.includes(topic) || partition >= (partitionCounts.get(topic) ?? 0)) continue;
      const name = partitionName({ topic, partition });
      const rival = claims.get(name)?.generationId ?? Number.NEGATIVE_INFINITY;
      if (generationId > rival) claims.set(name, { memberId, generationId });
      else if (generationId === rival) claims.set(name, { memberId: undefined, generationId });
    }
  }
  return new Map([...claims].flatMap(([name, { memberId }]) => (memberId ? [[name, memberId]] : [])));
}
