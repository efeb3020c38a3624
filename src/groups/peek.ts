import { type ListDocument, listDocument } from '../base/result.js';
import { partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import type { Cluster } from '../cluster/index.js';
import type { RecordCursor } from '../protocol/records/cursor.js';
import type { Column, View } from '../render/view.js';
import { toned } from '../render/view.js';
import { topicMatcher } from '../topics/list.js';
import type { PartitionWord } from '../topics/partitions.js';
import { findGroups } from './find.js';
import { comparePartitions, LogOffsets } from './offsets.js';
import { fetchPlaces } from './places.js';
import { readRanges } from './records.js';

export interface PeekedRecord extends TopicPartition {
  group: string;
  offset: number;
  /** From the committed offset: 0 is the next record that the group reads, where it is still there. */
  distance: number;
  timestampMs: number;
  /** Text; what is not UTF-8 has the replacement character. */
  key: string | null;
  value: string | null;
}

export type GroupPeekList = ListDocument<PeekedRecord>;

/** The records around what a group has committed: what it did last, and what it chokes on. */
export async function peekGroup(
  cluster: Cluster,
  request: { group: string; words: readonly PartitionWord[]; before: number; after: number },
): Promise<GroupPeekList> {
  const { deadline } = cluster.wire;
  const { found, errors } = await findGroups(cluster, [request.group]);
  const { places, errors: unread } = await fetchPlaces(cluster, found, deadline);
  const matchers = request.words.map(({ topic, partitions }) => ({
    matches: topicMatcher(topic),
    partitions,
  }));
  const chosen = (places.get(request.group) ?? []).filter(
    ({ topic, partition }) =>
      matchers.length === 0 ||
      matchers.some(({ matches, partitions }) => matches(topic) && (partitions?.includes(partition) ?? true)),
  );
  const log = await LogOffsets.of(
    cluster,
    chosen.map(({ topic }) => topic),
    deadline,
  );
  const [first, end] = await Promise.all([log.find(chosen, 'earliest'), log.find(chosen, 'latest')]);
  const committed = new Map(chosen.map((place) => [partitionName(place), place.offset]));
  const ranges = chosen.flatMap(({ topic, partition, offset }) => {
    const name = partitionName({ topic, partition });
    const [least, most] = [first.offsets.get(name), end.offsets.get(name)];
    if (least === undefined || most === undefined) return [];
    const from = Math.max(least, offset - request.before);
    const to = Math.min(most, offset + request.after);
    return from < to ? [{ topic, partition, from, end: to }] : [];
  });
  const items: PeekedRecord[] = [];
  const unreadable = await readRanges(
    cluster,
    ranges,
    deadline,
    ({ topic, partition, end: to = 0 }, record) => {
      if (record.offset >= to) return false;
      const { group } = request;
      const distance = record.offset - (committed.get(partitionName({ topic, partition })) ?? 0);
      items.push({ group, topic, partition, offset: record.offset, distance, ...contentOf(record) });
      return true;
    },
  );
  const failed = new Map([...first.errors, ...end.errors]);
  items.sort((a, b) => comparePartitions(a, b) || a.offset - b.offset);
  return listDocument('GroupPeekList', 1, items, [...errors, ...unread, ...failed.values(), ...unreadable]);
}

function contentOf(record: RecordCursor): Pick<PeekedRecord, 'timestampMs' | 'key' | 'value'> {
  const text = (start: number, end: number) => (start < 0 ? null : record.bytes.toString('utf8', start, end));
  return {
    timestampMs: record.timestampMs,
    key: text(record.keyStart, record.keyEnd),
    value: text(record.valueStart, record.valueEnd),
  };
}

export function viewPeek({ items }: GroupPeekList): View {
  const columns: Column[] = [
    { header: 'topic' },
    { header: 'partition', align: 'right' },
    { header: 'offset', align: 'right' },
    { header: 'distance', align: 'right' },
    { header: 'time' },
    { header: 'key' },
    { header: 'value' },
  ];
  const rows = items.map((record) => [
    record.topic,
    record.partition,
    record.offset,
    record.distance < 0
      ? record.distance
      : toned(`+${record.distance}`, record.distance === 0 ? 'strong' : 'dim'),
    record.timestampMs < 0 ? null : new Date(record.timestampMs).toISOString(),
    record.key,
    record.value,
  ]);
  return {
    sections: [{ type: 'table', columns, rows, whenEmpty: 'No records there.' }],
    names: items.map((record) => `${partitionName(record)}@${record.offset}`),
  };
}
