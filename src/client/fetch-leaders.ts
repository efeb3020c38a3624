import type { Deadline } from '../base/deadline.js';
import type { Wire } from '../cluster/index.js';
import { metadata } from '../protocol/messages/metadata.js';
import type { ResponseOf } from '../protocol/schema.js';

export interface TopicPartition {
  topic: string;
  partition: number;
}

type TopicAnswer = ResponseOf<typeof metadata>['topics'][number];

/** How a partition is named in messages, and as a key: `bier-bar-0`. */
export function partitionName({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}

/** Who leads which partition of some topics, as the cluster said when it was last asked. */
export class LeaderTable {
  readonly #topics = new Map<string, TopicAnswer>();
  readonly #names = new Map<string, string>();

  constructor(
    private readonly wire: Wire,
    private readonly topics: readonly string[],
  ) {}

  /** Asks again. Topics are never made by asking. @throws KctlError exit 3 or 6 when nobody answers */
  async refresh(deadline: Deadline): Promise<void> {
    const topics = this.topics.map((name) => ({ name }));
    const answer = await this.wire.request(metadata, { topics, allowAutoTopicCreation: false }, 'any', {
      deadline,
    });
    // Brokers may have come and gone since the wire learned where each one listens.
    this.wire.refreshNodes();
    for (const topic of answer.topics) {
      if (topic.name === null) continue;
      this.#topics.set(topic.name, topic);
      this.#names.set(topic.topicId, topic.name);
    }
  }

  /** Kafka's error code of the topic itself; 0 for none. */
  topicError(topic: string): number {
    return this.#topics.get(topic)?.errorCode ?? 0;
  }

  /** The zero UUID where the cluster has no topic ids. */
  topicId(topic: string): string | undefined {
    return this.#topics.get(topic)?.topicId;
  }

  topicOfId(topicId: string): string | undefined {
    return this.#names.get(topicId);
  }

  /** In ascending order. */
  partitionsOf(topic: string): TopicPartition[] {
    return (this.#topics.get(topic)?.partitions ?? [])
      .map(({ partitionIndex }) => ({ topic, partition: partitionIndex }))
      .sort((a, b) => a.partition - b.partition);
  }

  /** The leader's broker id, or -1. */
  leaderOf({ topic, partition }: TopicPartition): number {
    const found = this.#topics.get(topic)?.partitions.find((p) => p.partitionIndex === partition);
    return found?.leaderId ?? -1;
  }

  /** The partitions by the broker that leads them; those without a leader are under -1. */
  byLeader<P extends TopicPartition>(partitions: Iterable<P>): Map<number, P[]> {
    return groupBy(partitions, (partition) => this.leaderOf(partition));
  }
}

export function groupBy<Item, Key>(items: Iterable<Item>, keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Partitions as Kafka's requests want them: by topic. */
export function groupByTopic<P extends TopicPartition>(partitions: Iterable<P>): Map<string, P[]> {
  return groupBy(partitions, ({ topic }) => topic);
}
