import { type ItemError, itemError, type ListDocument, listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { releaseOf } from '../protocol/kafka-release.js';
import { askTopicMetadata, type TopicMetadata } from '../topics/metadata.js';
import { askController } from './quorum.js';

export interface BrokerSummary {
  id: number;
  /** `away`: it holds replicas, and the cluster does not count it among the living. */
  state: 'alive' | 'away';
  host: string | null;
  port: number | null;
  rack: string | null;
  controller: boolean;
  /** The release its requests look like; null when it could not be asked. */
  kafkaRelease: string | null;
  replicas: number;
  leaders: number;
  /** Of the partitions whose preferred leader it is: how many it leads not. */
  leadersElsewhere: number;
  /** Its replicas that are not in sync. */
  outOfSync: number;
}

export type BrokerList = ListDocument<BrokerSummary>;

/** Lists brokers: those that are alive, and those that replicas are still on. */
export async function listBrokers(cluster: Cluster): Promise<BrokerList> {
  const [{ brokers }, topics, controller] = await Promise.all([
    cluster.wire.nodes(),
    askTopicMetadata(cluster, null),
    askController(cluster),
  ]);
  const errors: ItemError[] = [];
  const counts = countReplicas(topics);
  const ids = new Set([...brokers.map(({ id }) => id), ...counts.keys()]);
  const items = await Promise.all(
    [...ids].map(async (id): Promise<BrokerSummary> => {
      const node = brokers.find((broker) => broker.id === id);
      return {
        id,
        state: node ? 'alive' : 'away',
        host: node?.host ?? null,
        port: node?.port ?? null,
        rack: node?.rack ?? null,
        controller: id === controller.id,
        kafkaRelease: node ? await askRelease(cluster, id, errors) : null,
        ...(counts.get(id) ?? noReplicas),
      };
    }),
  );
  return listDocument(
    'BrokerList',
    1,
    items.sort((a, b) => a.id - b.id),
    errors,
  );
}

/** The release that a broker looks like; null, and an error, when it does not answer. */
export async function askRelease(cluster: Cluster, id: number, errors: ItemError[]): Promise<string | null> {
  try {
    const { versions } = await cluster.wire.link(id, 'control');
    return releaseOf(versions);
  } catch (error) {
    // The rest stands, so this is a failure of a part whatever it was.
    const { subject, code, message } = itemError(`broker ${id}`, error);
    errors.push({ subject, code, message });
    return null;
  }
}

type Counts = Pick<BrokerSummary, 'replicas' | 'leaders' | 'leadersElsewhere' | 'outOfSync'>;
const noReplicas: Counts = { replicas: 0, leaders: 0, leadersElsewhere: 0, outOfSync: 0 };

function countReplicas(topics: readonly TopicMetadata[]): Map<number, Counts> {
  const counts = new Map<number, Counts>();
  for (const { partitions } of topics) {
    for (const { leaderId, replicaNodes, isrNodes } of partitions) {
      for (const [index, id] of replicaNodes.entries()) {
        const count = counts.get(id) ?? { ...noReplicas };
        counts.set(id, count);
        count.replicas++;
        if (id === leaderId) count.leaders++;
        else if (index === 0) count.leadersElsewhere++;
        if (!isrNodes.includes(id)) count.outOfSync++;
      }
    }
  }
  return counts;
}
