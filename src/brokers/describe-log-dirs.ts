import { type ListDocument, listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { findTopics } from '../topics/find.js';
import { holdersOf } from '../topics/sizes.js';
import { askLogDirs, type LogDir } from './log-dirs.js';

export interface DescribedLogDir extends LogDir {
  /** Of the replicas that are shown, future ones included. */
  sizeBytes: bigint;
  futureReplicas: number;
  largestOffsetLag: bigint;
}

export type LogDirList = ListDocument<DescribedLogDir>;

/**
 * Describes log directories.
 * @param brokers those that are alive when empty
 * @param topics only replicas of these, by names, globs or /expressions/; all when empty
 */
export async function describeLogDirs(
  cluster: Cluster,
  { brokers, topics }: { brokers: number[]; topics: string[] },
): Promise<LogDirList> {
  const chosen = topics.length > 0 ? await findTopics(cluster, topics) : undefined;
  const { dirs, errors } = await askLogDirs(cluster, {
    ...(brokers.length > 0 ? { brokers } : {}),
    ...(chosen ? { topics: holdersOf(chosen.found).topics } : {}),
  });
  const items = dirs.map((dir) => ({
    ...dir,
    replicas: dir.replicas.sort((a, b) =>
      a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition,
    ),
    sizeBytes: dir.replicas.reduce((total, { sizeBytes }) => total + sizeBytes, 0n),
    futureReplicas: dir.replicas.filter(({ future }) => future).length,
    largestOffsetLag: dir.replicas.reduce((most, { offsetLag }) => (offsetLag > most ? offsetLag : most), 0n),
  }));
  return listDocument('LogDirList', 1, items, [...(chosen?.errors ?? []), ...errors]);
}
