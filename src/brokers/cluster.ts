import { formatAddress } from '../base/address.js';
import { compareNames } from '../base/names.js';
import type { ItemError } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { apiVersions, clientSoftware } from '../protocol/messages/api-versions.js';
import { askRelease } from './list.js';
import { askController } from './quorum.js';

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
  const { brokers, clusterId } = await cluster.wire.nodes();
  const errors: ItemError[] = [];
  const [controller, features, releases] = await Promise.all([
    askController(cluster),
    askFeatures(cluster),
    Promise.all(brokers.map((broker) => askRelease(cluster, broker.id, errors))),
  ]);
  return {
    kind: 'Cluster',
    version: 1,
    clusterId,
    mode: controller.mode,
    controllerId: controller.id,
    brokers: brokers.map(({ id, host, port, rack }, index) => ({
      id,
      host,
      port,
      rack,
      controller: id === controller.id,
      kafkaRelease: releases[index] ?? null,
    })),
    features,
    settings: settingsOf(cluster),
    warnings: [],
    errors,
  };
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
