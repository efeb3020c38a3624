import { formatAddress } from '../base/address.js';
import { showBytes } from '../base/units.js';
import type { Cluster } from '../cluster/index.js';
import { openFilesLimit } from '../cluster/local/limits.js';
import {
  bootstrapServersOf,
  clusterNames,
  type LocalState,
  readStateQuietly,
  serversOf,
} from '../cluster/local/state.js';
import { askTopicMetadata } from './metadata.js';
import type { NewTopic } from './new-topic.js';

/** What a broker of Kafka takes of its heap for each replica, most of all for indexes: 3 GB carry 20,000, 512 MB die of them. */
const bytesPerReplica = 150_000;
/** What it takes without any. */
const bytesAtFirst = 100 * 1024 * 1024;
/** Fewer new replicas are no matter, and nothing is asked. */
const fewReplicas = 500;
const units: Record<string, number> = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** The file of the newest segment of each replica is open; so is what a broker has besides. */
const filesAtFirst = 300;

/** Says so, before it is done, where a local cluster's brokers would end by these topics: they lack memory, or files. */
export async function warnOfLimits(
  cluster: Cluster,
  topics: readonly NewTopic[],
  note: (text: string) => void,
): Promise<void> {
  const added = topics.reduce((sum, topic) => sum + replicasOf(topic), 0);
  const local = added < fewReplicas ? undefined : runningLocally(cluster);
  if (!local) return;
  const existing = (await askTopicMetadata(cluster, null)).flatMap(({ partitions }) => partitions);
  const before = existing.reduce((sum, { replicaNodes }) => sum + replicaNodes.length, 0);
  const brokers = serversOf(local, 'broker');
  const perBroker = Math.ceil((before + added) / Math.max(1, brokers.length));
  const start = `kctl local start --name ${local.name}`;
  const bytes = bytesAtFirst + perBroker * bytesPerReplica;
  if (bytes > bytesOf(local.heap)) {
    const fitting = `${Math.ceil(bytes / 1024 ** 3)}g`;
    note(
      `warning: ${perBroker} replicas take about ${showBytes(bytes)} of a broker's heap, which is ${local.heap}: it will end when that is used up. Start the cluster with more: ${start} --heap ${fitting}`,
    );
  }
  const limits = brokers.map(({ process }) => (process ? openFilesLimit(process.pid) : undefined));
  const limit = Math.min(...limits.filter((files) => files !== undefined));
  const files = filesAtFirst + perBroker;
  if (files > limit) {
    note(
      `warning: ${perBroker} replicas take about ${files} open files of a broker, which may have ${limit}: it will end when they are used up. Start the cluster where more are allowed: ulimit -n ${files * 2} && ${start}`,
    );
  }
}

function runningLocally(cluster: Cluster): LocalState | undefined {
  const servers = cluster.config.bootstrapServers.value.map(formatAddress);
  return clusterNames()
    .map(readStateQuietly)
    .find((state) => state && bootstrapServersOf(state).some((address) => servers.includes(address)));
}

/** One partition and one replica where the broker's defaults hold: those of local clusters. */
function replicasOf({ partitions = 1, replicationFactor = 1, assignment }: NewTopic): number {
  return assignment ? assignment.flat().length : partitions * replicationFactor;
}

/** As Java writes it: `512m`. */
function bytesOf(heap: string): number {
  return Number.parseInt(heap, 10) * (units[heap.slice(-1).toLowerCase()] ?? 1);
}
