import { showBytes } from '../base/units.js';
import { type Cell, toned, type View } from '../render/view.js';
import type { LiveSnapshot } from './live-snapshot.js';
import type { SnapshotBroker } from './plan/types.js';
import { bar, right } from './views.js';

interface Held {
  replicas: number;
  leaders: number;
  bytes: number;
}

/** What each broker holds, with a bar, and the room on its disks. */
export function viewSnapshot({ clusterId, brokers, topics }: LiveSnapshot): View {
  const held = new Map<number, Held>();
  const at = (id: number) => {
    const broker = held.get(id) ?? { replicas: 0, leaders: 0, bytes: 0 };
    held.set(id, broker);
    return broker;
  };
  let partitionCount = 0;
  for (const { partitions } of topics) {
    partitionCount += partitions.length;
    for (const { replicas, leader, sizeBytes } of partitions) {
      if (leader >= 0) at(leader).leaders++;
      for (const id of replicas) {
        at(id).replicas++;
        at(id).bytes += sizeBytes ?? 0;
      }
    }
  }
  const away = [...held.keys()].filter((id) => !brokers.some((broker) => broker.id === id));
  const all = [
    ...brokers,
    ...away.map((id): SnapshotBroker => ({ id, rack: null, alive: false, logDirs: [] })),
  ].sort((a, b) => a.id - b.id);
  const most = Math.max(0, ...[...held.values()].map(({ bytes }) => bytes));
  const sum = (of: (broker: Held) => number) => [...held.values()].reduce((total, one) => total + of(one), 0);
  return {
    sections: [
      {
        type: 'facts',
        facts: [
          ['cluster', clusterId],
          ['topics', topics.length],
          ['partitions', partitionCount],
          ['replicas', sum(({ replicas }) => replicas)],
          ['bytes', showBytes(sum(({ bytes }) => bytes))],
        ],
        forPeople: true,
      },
      {
        type: 'table',
        columns: [
          right('broker'),
          { header: 'rack' },
          right('replicas'),
          right('leaders'),
          right('bytes'),
          { header: '' },
          right('disk'),
          right('free'),
        ],
        rows: all.map((broker) => rowOf(broker, at(broker.id), most)),
      },
    ],
    names: all.map(({ id }) => String(id)),
  };
}

function rowOf({ id, rack, alive, cordoned, logDirs }: SnapshotBroker, held: Held, most: number): Cell[] {
  const sum = (of: 'totalBytes' | 'freeBytes') =>
    logDirs.length === 0 || logDirs.some((dir) => dir[of] === null)
      ? null
      : showBytes(logDirs.reduce((total, dir) => total + (dir[of] ?? 0), 0));
  return [
    alive ? (cordoned ? toned(`${id} (cordoned)`, 'warn') : id) : toned(`${id} (away)`, 'bad'),
    rack,
    held.replicas,
    held.leaders,
    showBytes(held.bytes),
    bar(held.bytes, most),
    sum('totalBytes'),
    sum('freeBytes'),
  ];
}
