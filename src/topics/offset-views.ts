import type { Cell, Column, View } from '../render/view.js';
import type { OffsetAtTimeList, TopicOffsetList } from './offsets.js';
import type { TopicPurgeList } from './purge.js';
import type { TopicSizeList } from './size.js';

const partitionColumns: Column[] = [{ header: 'topic' }, { header: 'partition', align: 'right' }];
const right = (...headers: string[]) => headers.map((header): Column => ({ header, align: 'right' }));

export function viewOffsets({ items }: TopicOffsetList): View {
  const rows = items.map((item) => [
    item.topic,
    item.partition,
    item.earliest,
    item.latest,
    item.lastStable,
    item.records,
    timeOf(item.firstTimestampMs),
    timeOf(item.newestTimestampMs),
    item.recordsPerSec,
  ]);
  const columns = [
    ...partitionColumns,
    ...right('earliest', 'latest', 'last stable', 'records'),
    { header: 'first' },
    { header: 'newest' },
    ...right('records/s'),
  ];
  return {
    sections: [{ type: 'table', columns, rows, whenEmpty: 'No partitions.' }],
    names: items.map(({ topic, partition }) => `${topic}-${partition}`),
  };
}

export function viewOffsetsAtTime({ items }: OffsetAtTimeList): View {
  const rows = items.map(({ topic, partition, offset, timestampMs }) => [
    topic,
    partition,
    offset,
    timeOf(timestampMs),
  ]);
  const columns = [...partitionColumns, ...right('offset'), { header: 'time' }];
  return {
    sections: [{ type: 'table', columns, rows, whenEmpty: 'No partitions.' }],
    names: items.map(({ topic, partition, offset }) => `${topic}:${partition}:${offset ?? ''}`),
  };
}

export function viewPurges({ items, validatedBy }: TopicPurgeList): View {
  const rows = items.map(({ topic, partition, earliest, before, latest, records, result }) => [
    topic,
    partition,
    earliest,
    before,
    latest,
    records,
    result === 'valid' ? `valid (dry run, checked by the ${validatedBy})` : result,
  ]);
  const columns = [
    ...partitionColumns,
    ...right('earliest', 'first kept', 'latest', 'records'),
    { header: 'result' },
  ];
  return {
    sections: [{ type: 'table', columns, rows, whenEmpty: 'No partitions.' }],
    names: items.map(({ topic, partition }) => `${topic}-${partition}`),
  };
}

/** @param byDirectory a row a log directory, not a topic */
export function viewTopicSizes({ items }: TopicSizeList, byDirectory: boolean): View {
  const names = items.map(({ name }) => name);
  if (!byDirectory) {
    const rows = items.map((topic) => [topic.name, topic.partitions, topic.leaderBytes, topic.replicaBytes]);
    const columns = [{ header: 'topic' }, ...right('partitions', 'leader bytes', 'all-replica bytes')];
    return { sections: [{ type: 'table', columns, rows, whenEmpty: 'No topics.' }], names };
  }
  const rows = items.flatMap((topic) =>
    topic.placements.map(({ broker, path, replicas, leaderBytes, replicaBytes }) => [
      topic.name,
      broker,
      path,
      replicas,
      leaderBytes,
      replicaBytes,
    ]),
  );
  const columns = [
    { header: 'topic' },
    ...right('broker'),
    { header: 'directory' },
    ...right('replicas', 'leader bytes', 'replica bytes'),
  ];
  return { sections: [{ type: 'table', columns, rows, whenEmpty: 'No replicas.' }], names };
}

function timeOf(timestampMs: number | null): Cell {
  if (timestampMs === null) return null;
  return timestampMs <= 8.64e15 ? new Date(timestampMs).toISOString() : timestampMs;
}
