import { formatAddress } from '../base/address.js';
import { showBytes } from '../base/units.js';
import type { Cluster } from '../cluster/index.js';
import { bootstrapServersOf, clusterNames, readStateQuietly, serversOf } from '../cluster/local/state.js';
import { askTopicMetadata } from './metadata.js';
import type { NewTopic } from './new-topic.js';

/** What a broker of Kafka takes of its heap for each replica, most of all for indexes: 3 GB carry 20,000, 512 MB die of them. */
const bytesPerReplica = 150_000;
/** What it takes without any. */
const bytesAtFirst = 100 * 1024 * 1024;
/** Fewer new replicas are no matter, and nothing is asked. */
const fewReplicas = 500;
const units: Record<string, number> = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Says so, before it is done, where a local cluster's brokers would run out of memory by these topics. */
export async function warnOfHeap(
  cluster: Cluster,
  topics: readonly NewTopic[],
  note: (text: string) => void,
): Promise<void> {
  const warning = await heapWarning(cluster, topics);
  if (warning !== undefined) note(`warning: ${warning}`);
}

async function heapWarning(cluster: Cluster, topics: readonly NewTopic[]): Promise<string | undefined> {
  const added = topics.reduce((sum, topic) => sum + replicasOf(topic), 0);
  if (added < fewReplicas) return undefined;
  const servers = cluster.config.bootstrapServers.value.map(formatAddress);
  const local = clusterNames()
    .map(readStateQuietly)
    .find((state) => state && bootstrapServersOf(state).some((address) => servers.includes(address)));
  if (!local) return undefined;
  const existing = (await askTopicMetadata(cluster, null)).flatMap(({ partitions }) => partitions);
  const before = existing.reduce((sum, { replicaNodes }) => sum + replicaNodes.length, 0);
  const brokers = serversOf(local, 'broker').length;
  const perBroker = Math.ceil((before + added) / Math.max(1, brokers));
  const needed = bytesAtFirst + perBroker * bytesPerReplica;
  if (needed <= bytesOf(local.heap)) return undefined;
  const fitting = `${Math.ceil(needed / 1024 ** 3)}g`;
  return `${perBroker} replicas take about ${showBytes(needed)} of a broker's heap, which is ${local.heap}: it will end when that is used up. Start the cluster with more: kctl local start --name ${local.name} --heap ${fitting}`;
}

/** One partition and one replica where the broker's defaults hold: those of local clusters. */
function replicasOf({ partitions = 1, replicationFactor = 1, assignment }: NewTopic): number {
  return assignment ? assignment.flat().length : partitions * replicationFactor;
}

/** As Java writes it: `512m`. */
function bytesOf(heap: string): number {
  return Number.parseInt(heap, 10) * (units[heap.slice(-1).toLowerCase()] ?? 1);
}
