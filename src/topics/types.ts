import type { ListDocument } from '../base/result.js';

export interface PartitionDescription {
  partition: number;
  /** -1: the partition has no leader and can neither be read nor written. */
  leader: number;
  leaderEpoch: number;
  /** In order of preference; the first is the preferred leader. */
  replicas: number[];
  isr: number[];
  /** Replicas on brokers or log directories that are away. */
  offline: number[];
  /** Bytes of the leader's log; only when sizes were asked for. */
  sizeBytes?: bigint | null;
}

export interface TopicDescription {
  name: string;
  topicId: string;
  internal: boolean;
  partitions: PartitionDescription[];
  replicationFactor: number;
  underReplicatedPartitions: number;
  offlinePartitions: number;
  /** The smallest ISR that acks=all accepts; null when the configuration could not be read. */
  minInsyncReplicas: number | null;
  /** What was set for this topic; null when the configuration could not be read. */
  configs: Record<string, string | null> | null;
  /** Bytes of all replicas; only when sizes were asked for. */
  sizeBytes?: bigint | null;
}

export type TopicDescriptionList = ListDocument<TopicDescription>;

export interface TopicListItem {
  name: string;
  topicId: string;
  internal: boolean;
  partitions: number;
  replicationFactor: number;
  underReplicatedPartitions: number;
  offlinePartitions: number;
}

export type TopicList = ListDocument<TopicListItem>;

export interface TopicChange {
  name: string;
  topicId?: string;
  /** `exists` is what --if-not-exists found; `valid` is the result of a dry run. */
  result: 'created' | 'exists' | 'altered' | 'deleted' | 'valid';
  partitions?: number;
  replicationFactor?: number;
}

export interface TopicChangeList extends ListDocument<TopicChange> {
  dryRun: boolean;
  /** Who checked a dry run: the broker itself, or kctl with what it could read. */
  validatedBy?: 'broker' | 'client';
}
