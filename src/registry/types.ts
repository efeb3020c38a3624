import type { ListDocument, ResultDocument } from '../base/result.js';

/** What Kafka keeps in ZooKeeper, under the names of its own JSON (kafka.zk.ZkData) in camelCase. */
export interface RegisteredBroker {
  id: number;
  endpoints: string[];
  rack: string | null;
  /** Epoch milliseconds. */
  registeredAt: number | null;
  /** The session that keeps it registered. */
  sessionId: string | null;
}

export interface RegisteredController extends ResultDocument {
  brokerId: number | null;
  controllerEpoch: number | null;
  electedAt: number | null;
  sessionId: string | null;
  /** Of the KRaft controller that has taken over in a migration; -1 before. */
  kraftControllerEpoch: number | null;
}

export interface RegisteredPartition {
  partition: number;
  replicas: number[];
  leader: number | null;
  leaderEpoch: number | null;
  isr: number[];
}

export interface RegisteredTopic {
  name: string;
  topicId: string | null;
  partitions: RegisteredPartition[];
  /** Of a reassignment under way. */
  addingReplicas: number;
  removingReplicas: number;
}

export interface RegisteredConfig {
  /** `topics`, `brokers`, `clients`, `ips`, `users`, or `users/…/clients`. */
  entityType: string;
  entity: string;
  /** Secrets are null. */
  configs: Record<string, string | null>;
}

export interface RegisteredAcl {
  resourceType: string;
  patternType: string;
  resource: string;
  principal: string;
  host: string;
  operation: string;
  permissionType: string;
}

export interface RegisteredUser {
  user: string;
  /** SCRAM's mechanisms and their iterations; never what is stored for them. */
  mechanisms: Array<{ mechanism: string; iterations: number | null }>;
}

export interface RegisteredFeatures extends ResultDocument {
  status: string | null;
  features: Record<string, number>;
}

export interface RegisteredElection extends ResultDocument {
  controllerEpoch: number | null;
  controllerId: number | null;
  /** Partitions whose preferred leader is being elected. */
  preferredLeaderElections: string[];
  /** Partitions that are being reassigned by ZooKeeper's way. */
  reassignments: string[];
  /** Topics that wait for being deleted. */
  topicDeletions: string[];
  /** The state of a migration to KRaft, as it stands in /migration. */
  migration: Record<string, unknown> | null;
}

export interface RegistryFinding {
  severity: 'warning' | 'failure';
  code: string;
  subject: string;
  message: string;
}

export interface RegistryCheck extends ResultDocument {
  consistent: boolean;
  brokers: number;
  topics: number;
  findings: RegistryFinding[];
}

export type RegisteredBrokerList = ListDocument<RegisteredBroker>;
export type RegisteredTopicList = ListDocument<RegisteredTopic>;
export type RegisteredConfigList = ListDocument<RegisteredConfig>;
export type RegisteredAclList = ListDocument<RegisteredAcl>;
export type RegisteredUserList = ListDocument<RegisteredUser>;
