import type { TopicPartition } from './fetch-leaders.js';

export interface MemberSubscription {
  memberId: string;
  /** A static member's own name (KIP-345); such members keep their place in the order. */
  instanceId: string | null;
  topics: readonly string[];
  /** What it had in that generation. */
  owned: readonly TopicPartition[];
  generationId: number;
}

/** Shares partitions out among the members of a group: what each member id gets. Pure. */
export type Assignor = (
  members: readonly MemberSubscription[],
  partitionCounts: ReadonlyMap<string, number>,
) => Map<string, TopicPartition[]>;

/**
 * Per topic, a run of neighbouring partitions each; the first members get one more where it does not come out
 * even. The same as Kafka's RangeAssignor where no racks are configured.
 */
export const assignRanges: Assignor = (members, partitionCounts) => {
  const assignment = emptyAssignment(members);
  for (const topic of [...partitionCounts.keys()].sort()) {
    const subscribers = inOrder(members).filter(({ topics }) => topics.includes(topic));
    const count = partitionCounts.get(topic) ?? 0;
    let next = 0;
    subscribers.forEach(({ memberId }, index) => {
      const share = Math.floor(count / subscribers.length) + (index < count % subscribers.length ? 1 : 0);
      for (const end = next + share; next < end; next++) {
        assignment.get(memberId)?.push({ topic, partition: next });
      }
    });
  }
  return assignment;
};

/** All partitions of all topics dealt out in turn. The same as Kafka's RoundRobinAssignor. */
export const assignRoundRobin: Assignor = (members, partitionCounts) => {
  const assignment = emptyAssignment(members);
  const circle = inOrder(members);
  let turn = 0;
  for (const topic of [...partitionCounts.keys()].sort()) {
    if (!circle.some(({ topics }) => topics.includes(topic))) continue;
    for (let partition = 0; partition < (partitionCounts.get(topic) ?? 0); partition++) {
      while (!circle[turn]?.topics.includes(topic)) turn = (turn + 1) % circle.length;
      assignment.get(circle[turn]?.memberId ?? '')?.push({ topic, partition });
      turn = (turn + 1) % circle.length;
    }
  }
  return assignment;
};

function emptyAssignment(members: readonly MemberSubscription[]): Map<string, TopicPartition[]> {
  return new Map(members.map(({ memberId }) => [memberId, []]));
}

/** Kafka's order of members (AbstractPartitionAssignor.MemberInfo): static ones first, by their names. */
export function inOrder(members: readonly MemberSubscription[]): MemberSubscription[] {
  return [...members].sort((a, b) => {
    if (a.instanceId !== null && b.instanceId !== null) return compare(a.instanceId, b.instanceId);
    if (a.instanceId !== null) return -1;
    if (b.instanceId !== null) return 1;
    return compare(a.memberId, b.memberId);
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
