import { type ListDocument, listDocument } from '../base/result.js';
import { askLogDirs } from '../brokers/log-dirs.js';
import type { Cluster } from '../cluster/index.js';
import { findTopics } from './find.js';
import { holdersOf } from './sizes.js';

/** What one log directory of a broker holds of a topic. */
export interface TopicPlacement {
  broker: number;
  path: string;
  replicas: number;
  replicaBytes: bigint;
  /** Of the replicas there that lead. */
  leaderBytes: bigint;
}

export interface TopicSize {
  name: string;
  partitions: number;
  /** Of the leaders: what lies in the topic once; null when a leader's broker did not tell, or there is none. */
  leaderBytes: bigint | null;
  /** Of all replicas: what it takes on disks; null when a broker did not tell. */
  replicaBytes: bigint | null;
  placements: TopicPlacement[];
}

export type TopicSizeList = ListDocument<TopicSize>;

/** The bytes of topics on disk, in all and by log directory. A broker that does not answer makes its sums null. */
export async function measureTopics(
  cluster: Cluster,
  { names }: { names: string[] },
): Promise<TopicSizeList> {
  const { found, errors } = await findTopics(cluster, names);
  const { dirs, errors: missing } = await askLogDirs(cluster, holdersOf(found));
  const leaders = new Map(
    found.flatMap((topic) =>
      topic.partitions.map((p) => [`${topic.name} ${p.partitionIndex}`, p.leaderId] as const),
    ),
  );
  const placements = new Map<string, TopicPlacement[]>();
  for (const { broker, path, replicas } of dirs) {
    for (const { topic, partition, sizeBytes, future } of replicas) {
      if (future) continue;
      const ofTopic = placements.get(topic) ?? [];
      placements.set(topic, ofTopic);
      let place = ofTopic.find((other) => other.broker === broker && other.path === path);
      if (!place) {
        place = { broker, path, replicas: 0, replicaBytes: 0n, leaderBytes: 0n };
        ofTopic.push(place);
      }
      place.replicas++;
      place.replicaBytes += sizeBytes;
      if (leaders.get(`${topic} ${partition}`) === broker) place.leaderBytes += sizeBytes;
    }
  }
  const answered = new Set(dirs.map(({ broker }) => broker));
  const items = found.map((topic): TopicSize => {
    const places = placements.get(topic.name) ?? [];
    const sum = (key: 'leaderBytes' | 'replicaBytes') =>
      places.reduce((total, place) => total + place[key], 0n);
    const replicas = topic.partitions.reduce((total, { replicaNodes }) => total + replicaNodes.length, 0);
    const isWhole = places.reduce((total, place) => total + place.replicas, 0) >= replicas;
    const hasLeaders = topic.partitions.every(({ leaderId }) => answered.has(leaderId));
    return {
      name: topic.name,
      partitions: topic.partitions.length,
      leaderBytes: hasLeaders ? sum('leaderBytes') : null,
      replicaBytes: isWhole ? sum('replicaBytes') : null,
      placements: places,
    };
  });
  return listDocument('TopicSizeList', 1, items, [...errors, ...missing]);
}
