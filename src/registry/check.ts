import type { Cluster } from '../cluster/index.js';
import { metadata } from '../protocol/messages/metadata.js';
import { zeroUuid } from '../protocol/schema.js';
import type { Znodes } from '../znodes/client.js';
import { readBrokers, readElection, readTopics } from './read.js';
import type { RegisteredElection, RegisteredTopic, RegistryCheck, RegistryFinding } from './types.js';

/** What the brokers say of themselves and their topics, as far as it is compared. */
export interface LiveMetadata {
  brokerIds: number[];
  controllerId: number;
  topics: Array<{
    name: string;
    topicId: string;
    partitions: Array<{ partition: number; leader: number; replicas: number[] }>;
  }>;
}

export interface Registry {
  brokerIds: number[];
  topics: RegisteredTopic[];
  election: RegisteredElection;
}

/** Compares what Kafka keeps in ZooKeeper with what its brokers say. */
export async function checkRegistry(znodes: Znodes, cluster: Cluster): Promise<RegistryCheck> {
  const [brokers, topics, election, live] = await Promise.all([
    readBrokers(znodes),
    readTopics(znodes),
    readElection(znodes),
    readLive(cluster),
  ]);
  const registry = { brokerIds: brokers.items.map(({ id }) => id), topics: topics.items, election };
  const findings = compareRegistry(registry, live);
  return {
    kind: 'RegistryCheck',
    version: 1,
    consistent: findings.length === 0,
    brokers: brokers.items.length,
    topics: topics.items.length,
    findings,
  };
}

async function readLive(cluster: Cluster): Promise<LiveMetadata> {
  const [{ brokers, controllerId }, { topics }] = await Promise.all([
    cluster.wire.nodes(),
    cluster.wire.request(metadata, { topics: null, allowAutoTopicCreation: false }),
  ]);
  return {
    brokerIds: brokers.map(({ id }) => id),
    controllerId,
    topics: topics.map(({ name, partitions, topicId }) => ({
      name: name ?? '',
      topicId,
      partitions: partitions.map((each) => ({
        partition: each.partitionIndex,
        leader: each.leaderId,
        replicas: each.replicaNodes,
      })),
    })),
  };
}

/** Pure: every difference, and what waits for long. */
export function compareRegistry(
  { brokerIds, election, topics }: Registry,
  live: LiveMetadata,
): RegistryFinding[] {
  return [
    ...difference(brokerIds, live.brokerIds, 'broker'),
    ...(election.controllerId !== live.controllerId && live.controllerId >= 0
      ? [
          finding(
            'warning',
            'CONTROLLER_DIFFERS',
            'controller',
            `/controller says ${election.controllerId}, the brokers ${live.controllerId}`,
          ),
        ]
      : []),
    ...difference(
      topics.map(({ name }) => name),
      live.topics.map(({ name }) => name),
      'topic',
    ),
    ...topics.flatMap((topic) => compareTopic(topic, live.topics)),
    ...compareElection(election),
  ];
}

function difference(
  registered: Array<string | number>,
  live: Array<string | number>,
  what: string,
): RegistryFinding[] {
  const code = what.toUpperCase();
  return [
    ...registered
      .filter((each) => !live.includes(each))
      .map((each) =>
        finding(
          'failure',
          `${code}_NOT_IN_METADATA`,
          `${what} ${each}`,
          `is in ZooKeeper, and the brokers do not know it`,
        ),
      ),
    ...live
      .filter((each) => !registered.includes(each))
      .map((each) =>
        finding(
          'failure',
          `${code}_NOT_REGISTERED`,
          `${what} ${each}`,
          `is known to the brokers, and is not in ZooKeeper`,
        ),
      ),
  ];
}

function compareTopic(
  { name, partitions, topicId }: RegisteredTopic,
  live: LiveMetadata['topics'],
): RegistryFinding[] {
  const other = live.find((topic) => topic.name === name);
  if (!other) return [];
  const found: RegistryFinding[] = [];
  if (topicId !== null && other.topicId !== zeroUuid && topicId !== other.topicId) {
    found.push(
      finding(
        'failure',
        'TOPIC_ID_DIFFERS',
        `topic ${name}`,
        `has the id ${topicId} in ZooKeeper, and ${other.topicId} at the brokers`,
      ),
    );
  }
  for (const { leader, partition, replicas } of partitions) {
    const there = other.partitions.find((each) => each.partition === partition);
    const subject = `${name}-${partition}`;
    if (!there)
      found.push(
        finding(
          'failure',
          'PARTITION_NOT_IN_METADATA',
          subject,
          'is in ZooKeeper, and the brokers do not know it',
        ),
      );
    else if (replicas.join() !== there.replicas.join()) {
      found.push(
        finding(
          'warning',
          'REPLICAS_DIFFER',
          subject,
          `replicas are ${replicas} in ZooKeeper, and ${there.replicas} at the brokers`,
        ),
      );
    } else if (leader !== null && leader !== there.leader) {
      found.push(
        finding(
          'warning',
          'LEADER_DIFFERS',
          subject,
          `is led by ${leader} in ZooKeeper, and by ${there.leader} at the brokers`,
        ),
      );
    }
  }
  return found;
}

function compareElection(election: RegisteredElection): RegistryFinding[] {
  const { migration, preferredLeaderElections, reassignments, topicDeletions } = election;
  return [
    ...topicDeletions.map((name) =>
      finding(
        'warning',
        'TOPIC_DELETION_PENDING',
        `topic ${name}`,
        'lies in /admin/delete_topics: it is deleted when all its replicas are online',
      ),
    ),
    ...reassignments.map((name) =>
      finding('warning', 'REASSIGNMENT_PENDING', name, 'lies in /admin/reassign_partitions'),
    ),
    ...preferredLeaderElections.map((name) =>
      finding('warning', 'ELECTION_PENDING', name, 'lies in /admin/preferred_replica_election'),
    ),
    ...(migration
      ? [
          finding(
            'warning',
            'MIGRATION',
            '/migration',
            `a migration to KRaft has begun: ${JSON.stringify(migration)}`,
          ),
        ]
      : []),
  ];
}

function finding(
  severity: RegistryFinding['severity'],
  code: string,
  subject: string,
  message: string,
): RegistryFinding {
  return { severity, code, subject, message };
}
