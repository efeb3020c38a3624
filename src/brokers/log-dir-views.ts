import type { Column, View } from '../render/view.js';
import { toned } from '../render/view.js';
import type { LogDirList } from './describe-log-dirs.js';

const dirColumns: Column[] = [
  { header: 'broker', align: 'right' },
  { header: 'directory' },
  { header: 'replicas', align: 'right' },
  { header: 'future', align: 'right' },
  { header: 'bytes', align: 'right' },
  { header: 'largest lag', align: 'right' },
  { header: 'volume bytes', align: 'right' },
  { header: 'usable bytes', align: 'right' },
  { header: 'cordoned', wide: true },
];

const replicaColumns: Column[] = [
  { header: 'broker', align: 'right' },
  { header: 'directory' },
  { header: 'topic' },
  { header: 'partition', align: 'right' },
  { header: 'bytes', align: 'right' },
  { header: 'lag', align: 'right' },
  { header: 'future' },
];

/** @param byReplica a row a replica, not a directory */
export function viewLogDirs({ items }: LogDirList, byReplica: boolean): View {
  const names = items.map(({ broker, path }) => `${broker} ${path}`);
  if (byReplica) {
    const rows = items.flatMap(({ broker, path, replicas }) =>
      replicas.map(({ topic, partition, sizeBytes, offsetLag, future }) => [
        broker,
        path,
        topic,
        partition,
        sizeBytes,
        offsetLag,
        future ? toned('yes', 'warn') : 'no',
      ]),
    );
    return { sections: [{ type: 'table', columns: replicaColumns, rows, whenEmpty: 'No replicas.' }], names };
  }
  const rows = items.map((dir) => [
    dir.broker,
    dir.path,
    dir.replicas.length,
    dir.futureReplicas,
    dir.sizeBytes,
    dir.largestOffsetLag,
    dir.totalBytes,
    dir.usableBytes,
    dir.cordoned,
  ]);
  return {
    sections: [{ type: 'table', columns: dirColumns, rows, whenEmpty: 'No log directories.' }],
    names,
  };
}
