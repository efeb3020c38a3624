import type { Message } from './message.js';
import { addPartitionsToTxn } from './messages/add-partitions-to-txn.js';
import { addRaftVoter } from './messages/add-raft-voter.js';
import { alterClientQuotas } from './messages/alter-client-quotas.js';
import { alterPartitionReassignments } from './messages/alter-partition-reassignments.js';
import { alterReplicaLogDirs } from './messages/alter-replica-log-dirs.js';
import { alterShareGroupOffsets } from './messages/alter-share-group-offsets.js';
import { alterUserScramCredentials } from './messages/alter-user-scram-credentials.js';
import { apiVersions } from './messages/api-versions.js';
import { consumerGroupDescribe } from './messages/consumer-group-describe.js';
import { consumerGroupHeartbeat } from './messages/consumer-group-heartbeat.js';
import { consumerProtocolAssignment, consumerProtocolSubscription } from './messages/consumer-protocol.js';
import { createAcls } from './messages/create-acls.js';
import { createPartitions } from './messages/create-partitions.js';
import { createTopics } from './messages/create-topics.js';
import {
  createDelegationToken,
  describeDelegationToken,
  expireDelegationToken,
  renewDelegationToken,
} from './messages/delegation-tokens.js';
import { deleteAcls } from './messages/delete-acls.js';
import { deleteGroups } from './messages/delete-groups.js';
import { deleteRecords } from './messages/delete-records.js';
import { deleteShareGroupOffsets } from './messages/delete-share-group-offsets.js';
import { deleteTopics } from './messages/delete-topics.js';
import { describeAcls } from './messages/describe-acls.js';
import { describeClientQuotas } from './messages/describe-client-quotas.js';
import { describeCluster } from './messages/describe-cluster.js';
import { describeConfigs } from './messages/describe-configs.js';
import { describeGroups } from './messages/describe-groups.js';
import { describeLogDirs } from './messages/describe-log-dirs.js';
import { describeProducers } from './messages/describe-producers.js';
import { describeQuorum } from './messages/describe-quorum.js';
import { describeShareGroupOffsets } from './messages/describe-share-group-offsets.js';
import { describeTopicPartitions } from './messages/describe-topic-partitions.js';
import { describeTransactions } from './messages/describe-transactions.js';
import { describeUserScramCredentials } from './messages/describe-user-scram-credentials.js';
import { electLeaders } from './messages/elect-leaders.js';
import { endTxn } from './messages/end-txn.js';
import { fetch } from './messages/fetch.js';
import { findCoordinator } from './messages/find-coordinator.js';
import { heartbeat } from './messages/heartbeat.js';
import { incrementalAlterConfigs } from './messages/incremental-alter-configs.js';
import { initProducerId } from './messages/init-producer-id.js';
import { joinGroup } from './messages/join-group.js';
import { leaveGroup } from './messages/leave-group.js';
import { listConfigResources } from './messages/list-config-resources.js';
import { listGroups } from './messages/list-groups.js';
import { listOffsets } from './messages/list-offsets.js';
import { listPartitionReassignments } from './messages/list-partition-reassignments.js';
import { listTransactions } from './messages/list-transactions.js';
import { metadata } from './messages/metadata.js';
import { offsetCommit } from './messages/offset-commit.js';
import { offsetDelete } from './messages/offset-delete.js';
import { offsetFetch } from './messages/offset-fetch.js';
import { offsetForLeaderEpoch } from './messages/offset-for-leader-epoch.js';
import { produce } from './messages/produce.js';
import { removeRaftVoter } from './messages/remove-raft-voter.js';
import { saslAuthenticate } from './messages/sasl-authenticate.js';
import { saslHandshake } from './messages/sasl-handshake.js';
import { shareGroupDescribe } from './messages/share-group-describe.js';
import { shareGroupHeartbeat } from './messages/share-group-heartbeat.js';
import { streamsGroupDescribe } from './messages/streams-group-describe.js';
import { streamsGroupHeartbeat } from './messages/streams-group-heartbeat.js';
import { syncGroup } from './messages/sync-group.js';
import { unregisterBroker } from './messages/unregister-broker.js';
import { updateFeatures } from './messages/update-features.js';
import { writeTxnMarkers } from './messages/write-txn-markers.js';
import type { Api } from './schema.js';

/**
 * Every declared API, in the order of its key. It pulls in all of `messages/`: what sends a known request imports that
 * request's own file instead.
 */
export const apis: readonly Api[] = [
  produce,
  fetch,
  listOffsets,
  metadata,
  offsetCommit,
  offsetFetch,
  findCoordinator,
  joinGroup,
  heartbeat,
  leaveGroup,
  syncGroup,
  describeGroups,
  listGroups,
  saslHandshake,
  apiVersions,
  createTopics,
  deleteTopics,
  deleteRecords,
  initProducerId,
  offsetForLeaderEpoch,
  addPartitionsToTxn,
  endTxn,
  writeTxnMarkers,
  describeAcls,
  createAcls,
  deleteAcls,
  describeConfigs,
  alterReplicaLogDirs,
  describeLogDirs,
  saslAuthenticate,
  createPartitions,
  createDelegationToken,
  renewDelegationToken,
  expireDelegationToken,
  describeDelegationToken,
  deleteGroups,
  electLeaders,
  incrementalAlterConfigs,
  alterPartitionReassignments,
  listPartitionReassignments,
  offsetDelete,
  describeClientQuotas,
  alterClientQuotas,
  describeUserScramCredentials,
  alterUserScramCredentials,
  describeQuorum,
  updateFeatures,
  describeCluster,
  describeProducers,
  unregisterBroker,
  describeTransactions,
  listTransactions,
  consumerGroupHeartbeat,
  consumerGroupDescribe,
  listConfigResources,
  describeTopicPartitions,
  shareGroupHeartbeat,
  shareGroupDescribe,
  addRaftVoter,
  removeRaftVoter,
  streamsGroupHeartbeat,
  streamsGroupDescribe,
  describeShareGroupOffsets,
  alterShareGroupOffsets,
  deleteShareGroupOffsets,
];

/** Every declared kind of data. */
export const messages: readonly Message[] = [consumerProtocolSubscription, consumerProtocolAssignment];
