import type { Wire } from '../../src/cluster/index.js';
import { describeCluster } from '../../src/protocol/messages/describe-cluster.js';
import { describeConfigs } from '../../src/protocol/messages/describe-configs.js';
import { describeGroups } from '../../src/protocol/messages/describe-groups.js';
import { describeLogDirs } from '../../src/protocol/messages/describe-log-dirs.js';
import { describeProducers } from '../../src/protocol/messages/describe-producers.js';
import { describeQuorum } from '../../src/protocol/messages/describe-quorum.js';
import { findCoordinator } from '../../src/protocol/messages/find-coordinator.js';
import { listGroups } from '../../src/protocol/messages/list-groups.js';
import { listOffsets } from '../../src/protocol/messages/list-offsets.js';
import { metadata } from '../../src/protocol/messages/metadata.js';
import { within } from '../../src/protocol/schema.js';

/** What is asked of a real broker first, and then of one whose answers are its own, mutated. */
export const hostileTopic = 'kctl-hostile';
export const hostileGroup = 'kctl-hostile-group';
const topics = [{ name: hostileTopic, partitionIndexes: [0] }];

export const hostileQuestions: Array<(wire: Wire) => Promise<unknown>> = [
  (wire) => wire.request(metadata, { topics: null, allowAutoTopicCreation: false }),
  (wire) => wire.request(describeCluster, {}),
  (wire) =>
    wire.request(describeConfigs, {
      resources: [{ resourceType: 2, resourceName: hostileTopic, configurationKeys: null }],
    }),
  (wire) => wire.request(describeGroups, { groups: [hostileGroup] }),
  (wire) => wire.request(listGroups, {}),
  (wire) => wire.request(describeLogDirs, { topics: null }),
  (wire) => wire.request(describeProducers, { topics }),
  (wire) =>
    wire.request(describeQuorum, {
      topics: [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }],
    }),
  (wire) => wire.request(within(findCoordinator, { upTo: 3 }), { key: hostileGroup, keyType: 0 }),
  (wire) =>
    wire.request(listOffsets, {
      replicaId: -1,
      topics: [{ name: hostileTopic, partitions: [{ partitionIndex: 0, timestamp: -1n }] }],
    }),
];
