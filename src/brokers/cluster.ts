import { formatAddress } from '../base/address.js';
import { KctlError } from '../base/errors.js';
import { compareNames } from '../base/names.js';
import { type ItemError, itemError } from '../base/result.js';
import type { BrokerNode, Cluster } from '../cluster/index.js';
import { releaseOf } from '../protocol/kafka-release.js';
import { apiVersions, clientSoftware } from '../protocol/messages/api-versions.js';
import { describeQuorum } from '../protocol/messages/describe-quorum.js';

export interface ClusterBroker {
  id: number;
  host: string;
  port: number;
  rack: string | null;
  controller: boolean;
  /** The release its requests look like; null when it could not be asked. */
  kafkaRelease: string | null;
}

export interface ClusterFeature {
  name: string;
  /** What the cluster has agreed on. */
  finalizedLevel: number;
  /** What the broker asked could do. */
  supportedLevels: [min: number, max: number] | null;
}

export interface ClusterDescription {
  kind: 'Cluster';
  version: 1;
  clusterId: string | null;
  mode: 'zookeeper' | 'kraft';
  /** In KRaft the leader of the quorum, which need not be a broker; null when there is none. */
  controllerId: number | null;
  brokers: ClusterBroker[];
  features: ClusterFeature[];
  /** How this cluster was reached, and where each value came from. */
  settings: Array<{ name: string; value: string; origin: string }>;
  warnings: string[];
  errors: ItemError[];
}

/** Describes the cluster: id, mode, controller, brokers that are alive, features. */
export async function describeCluster(cluster: Cluster): Promise<ClusterDescription> {
  const { brokers, clusterId, controllerId } = await cluster.wire.nodes();
  const errors: ItemError[] = [];
  const [quorumLeader, features, releases] = await Promise.all([
    askQuorumLeader(cluster),
    askFeatures(cluster),
    Promise.all(brokers.map((broker) => askRelease(cluster, broker, errors))),
  ]);
  const controller = quorumLeader ?? (controllerId < 0 ? null : controllerId);
  return {
    kind: 'Cluster',
    version: 1,
    clusterId,
    mode: quorumLeader === undefined ? 'zookeeper' : 'kraft',
    controllerId: controller,
    brokers: brokers.map(({ id, host, port, rack }, index) => ({
      id,
      host,
      port,
      rack,
      controller: id === controller,
      kafkaRelease: releases[index] ?? null,
    })),
    features,
    settings: settingsOf(cluster),
    warnings: [],
    errors,
  };
}

/** Undefined with ZooKeeper. In KRaft, Metadata's controller is any broker: the quorum's leader is the real one. */
async function askQuorumLeader(cluster: Cluster): Promise<number | null | undefined> {
  const topics = [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }];
  const answer = await cluster.wire.request(describeQuorum, { topics }).catch((error) => {
    if (error instanceof KctlError && error.code === 'UNSUPPORTED_VERSION') return undefined;
    throw error;
  });
  if (answer === undefined) return undefined;
  const partition = answer.topics[0]?.partitions[0];
  if (answer.errorCode !== 0 || !partition || partition.errorCode !== 0) return null;
  return partition.leaderId < 0 ? null : partition.leaderId;
}

async function askFeatures(cluster: Cluster): Promise<ClusterFeature[]> {
  const { finalizedFeatures, supportedFeatures } = await cluster.wire.request(apiVersions, clientSoftware);
  return finalizedFeatures
    .map(({ name, maxVersionLevel }) => {
      const supported = supportedFeatures.find((feature) => feature.name === name);
      const supportedLevels: ClusterFeature['supportedLevels'] = supported
        ? [supported.minVersion, supported.maxVersion]
        : null;
      return { name, finalizedLevel: maxVersionLevel, supportedLevels };
    })
    .sort((a, b) => compareNames(a.name, b.name));
}

async function askRelease(cluster: Cluster, { id }: BrokerNode, errors: ItemError[]): Promise<string | null> {
  try {
    const { versions } = await cluster.wire.link(id, 'control');
    return releaseOf(versions);
  } catch (error) {
    // The rest of the description stands, so this is a failure of a part whatever it was.
    const { subject, code, message } = itemError(`broker ${id}`, error);
    errors.push({ subject, code, message });
    return null;
  }
}

function settingsOf({ config }: Cluster): ClusterDescription['settings'] {
  const { bootstrapServers, clientId, context, security, timeoutMs } = config;
  const { tls, sasl } = security.value;
  const protocol = `${sasl ? 'SASL_' : ''}${tls ? 'SSL' : 'PLAINTEXT'}`;
  return [
    ...(context ? [{ name: 'context', value: context.name, origin: bootstrapServers.origin }] : []),
    {
      name: 'bootstrap servers',
      value: bootstrapServers.value.map(formatAddress).join(','),
      origin: bootstrapServers.origin,
    },
    {
      name: 'security',
      value: sasl ? `${protocol} as ${sasl.username ?? sasl.name}` : protocol,
      origin: security.origin,
    },
    { name: 'client id', value: clientId.value, origin: clientId.origin },
    { name: 'timeout', value: `${timeoutMs.value} ms`, origin: timeoutMs.origin },
  ];
}
