/** Which partitions or topics to show; without any, all. */
export interface TopicFilter {
  underReplicated: boolean;
  offline: boolean;
  underMinIsr: boolean;
  atMinIsr: boolean;
  /** Topics with configurations of their own. */
  withOverrides: boolean;
}

/** What a filter looks at. */
interface Filtered {
  partitions: Array<{ leader: number; replicas: number[]; isr: number[] }>;
  minInsyncReplicas: number | null;
  configs: Record<string, unknown> | null;
}

export function isFiltering(filter: TopicFilter): boolean {
  return Object.values(filter).includes(true);
}

/** Whether the filter looks at configurations, which cost more to ask for. */
export function needsConfigs({ underMinIsr, atMinIsr, withOverrides }: TopicFilter): boolean {
  return underMinIsr || atMinIsr || withOverrides;
}

/** The topics that a filter lets through, each with the partitions that it lets through. */
export function filterTopics<T extends Filtered>(topics: T[], filter: TopicFilter): T[] {
  const ofPartitions = filter.underReplicated || filter.offline || filter.underMinIsr || filter.atMinIsr;
  return topics
    .filter(({ configs }) => !filter.withOverrides || Object.keys(configs ?? {}).length > 0)
    .map((topic) => {
      if (!ofPartitions) return topic;
      return {
        ...topic,
        partitions: topic.partitions.filter((partition) => passes(partition, topic, filter)),
      };
    })
    .filter((topic) => !ofPartitions || topic.partitions.length > 0);
}

function passes(
  { leader, replicas, isr }: Filtered['partitions'][number],
  { minInsyncReplicas }: Filtered,
  filter: TopicFilter,
): boolean {
  const minIsr = minInsyncReplicas ?? 0;
  return (
    (filter.underReplicated && isr.length < replicas.length) ||
    (filter.offline && leader < 0) ||
    (filter.underMinIsr && (leader < 0 || isr.length < minIsr)) ||
    (filter.atMinIsr && isr.length === minIsr)
  );
}
