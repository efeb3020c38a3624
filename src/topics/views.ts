import type { Cell, Column, Section, View } from '../render/view.js';
import { toned } from '../render/view.js';
import type {
  PartitionDescription,
  TopicChangeList,
  TopicDescription,
  TopicDescriptionList,
  TopicList,
} from './types.js';

export function viewTopicList({ items }: TopicList): View {
  const rows = items.map((topic) => [
    topic.name,
    topic.partitions,
    topic.replicationFactor,
    count(topic.underReplicatedPartitions, 'warn'),
    count(topic.offlinePartitions, 'bad'),
    topic.internal,
    topic.topicId,
  ]);
  const columns: Column[] = [
    { header: 'topic' },
    { header: 'partitions', align: 'right' },
    { header: 'replicas', align: 'right' },
    { header: 'under-replicated', align: 'right' },
    { header: 'offline', align: 'right' },
    { header: 'internal', wide: true },
    { header: 'id', wide: true },
  ];
  return {
    sections: [{ type: 'table', columns, rows, whenEmpty: 'No topics.' }],
    names: items.map((topic) => topic.name),
  };
}

export function viewTopicDescriptions({ items }: TopicDescriptionList): View {
  return { sections: descriptionSections(items), names: items.map((topic) => topic.name) };
}

function* descriptionSections(items: readonly TopicDescription[]): Generator<Section> {
  for (const topic of items) {
    yield { type: 'facts', title: topic.name, facts: topicFacts(topic), forPeople: true };
    const rows = topic.partitions.map((partition) => partitionRow(topic, partition));
    yield { type: 'table', columns: partitionColumns(topic), rows };
  }
}

function topicFacts(topic: TopicDescription): Array<[string, Cell]> {
  const configs = Object.entries(topic.configs ?? {});
  return [
    ['id', topic.topicId],
    ['partitions', topic.partitions.length],
    ['replication factor', topic.replicationFactor],
    ['under-replicated', count(topic.underReplicatedPartitions, 'warn')],
    ['offline', count(topic.offlinePartitions, 'bad')],
    ['min ISR', topic.minInsyncReplicas],
    [
      'configurations',
      configs.length === 0 ? null : configs.map(([key, value]) => `${key}=${value ?? ''}`).join(' '),
    ],
    ...(topic.sizeBytes === undefined ? [] : [['bytes of all replicas', topic.sizeBytes] as [string, Cell]]),
  ];
}

function partitionColumns(topic: TopicDescription): Column[] {
  return [
    { header: 'topic', wide: true },
    { header: 'partition', align: 'right' },
    { header: 'leader', align: 'right' },
    { header: 'epoch', align: 'right', wide: true },
    { header: 'replicas' },
    { header: 'isr' },
    { header: 'offline' },
    { header: 'state' },
    ...(topic.sizeBytes === undefined ? [] : [{ header: 'leader bytes', align: 'right' as const }]),
  ];
}

function partitionRow(topic: TopicDescription, partition: PartitionDescription): Cell[] {
  return [
    topic.name,
    partition.partition,
    partition.leader < 0 ? toned('none', 'bad') : partition.leader,
    partition.leaderEpoch,
    brokers(partition.replicas),
    brokers(partition.isr),
    partition.offline.length > 0 ? toned(partition.offline.join(','), 'bad') : null,
    partitionState(partition, topic.minInsyncReplicas),
    ...(topic.sizeBytes === undefined ? [] : [partition.sizeBytes ?? null]),
  ];
}

function partitionState(partition: PartitionDescription, minInsyncReplicas: number | null): Cell {
  if (partition.leader < 0) return toned('offline', 'bad');
  if (minInsyncReplicas !== null && partition.isr.length < minInsyncReplicas)
    return toned('under min ISR', 'bad');
  if (partition.isr.length < partition.replicas.length) return toned('under-replicated', 'warn');
  return healthy;
}

const healthy = toned('ok', 'good');

function brokers(ids: readonly number[]): Cell {
  return ids.length === 1 ? (ids[0] as number) : ids.join(',');
}

export function viewTopicChanges({ items, dryRun, validatedBy }: TopicChangeList): View {
  const rows = items.map((topic) => [
    topic.name,
    dryRun ? `${topic.result} (dry run, checked by the ${validatedBy})` : topic.result,
    topic.partitions ?? null,
    topic.replicationFactor ?? null,
  ]);
  const columns: Column[] = [
    { header: 'topic' },
    { header: 'result' },
    { header: 'partitions', align: 'right' },
    { header: 'replicas', align: 'right' },
  ];
  return { sections: [{ type: 'table', columns, rows }], names: items.map((topic) => topic.name) };
}

function count(value: number, tone: 'warn' | 'bad'): Cell {
  return value > 0 ? toned(value, tone) : value;
}
