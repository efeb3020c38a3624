import { Deadline } from '../base/deadline.js';
import { ExitCode, KctlError } from '../base/errors.js';
import type { ResultDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { describeQuorum } from '../protocol/messages/describe-quorum.js';
import type { ResponseOf } from '../protocol/schema.js';

type QuorumAnswer = ResponseOf<typeof describeQuorum>;

export interface QuorumReplica {
  id: number;
  /** As `cluster quorum add` and `remove` need it; null before Kafka 3.9. */
  directoryId: string | null;
  role: 'leader' | 'voter' | 'observer';
  logEndOffset: bigint;
  lag: bigint;
  lastFetchTimestampMs: number | null;
  lastCaughtUpTimestampMs: number | null;
  /** Of voters, where the cluster tells: `name://host:port`. */
  endpoints: string[];
}

export interface QuorumDescription extends ResultDocument {
  kind: 'Quorum';
  version: 1;
  clusterId: string | null;
  leaderId: number | null;
  leaderEpoch: number;
  highWatermark: bigint;
  replicas: QuorumReplica[];
}

/** Brokers forward this to the controllers, and wait in vain where they have no leader: so does all else on its connection. */
const shareOfDeadline = 0.5;

/** Null: with ZooKeeper there is none. @throws NO_CONTROLLER where none answers, and what the broker answers otherwise */
export async function askQuorum(cluster: Cluster): Promise<QuorumAnswer | null> {
  const topics = [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }];
  const deadline = new Deadline(cluster.wire.deadline.remainingMs() * shareOfDeadline);
  try {
    return await cluster.wire.request(describeQuorum, { topics }, 'any', {
      ...{ deadline, attemptTimeoutMs: deadline.timeoutMs, purpose: 'quorum' },
    });
  } catch (error) {
    if (!(error instanceof KctlError)) throw error;
    if (error.code === 'UNSUPPORTED_VERSION') return null;
    if (error.exitCode !== ExitCode.timedOut) throw error;
    throw new KctlError('no controller answers', {
      ...{ code: 'NO_CONTROLLER', exitCode: error.exitCode, words: error.message, cause: error },
      hint: 'Most of the controllers must be alive to have a leader: look at their logs.',
    });
  }
}

export interface Controller {
  mode: 'zookeeper' | 'kraft';
  /** In KRaft the leader of the quorum, which need not be a broker; null when there is none. */
  id: number | null;
}

/** Who the controller is. In KRaft, Metadata's controller is any broker: the quorum's leader is the real one. */
export async function askController(cluster: Cluster): Promise<Controller> {
  const answer = await askQuorum(cluster).catch((error) => {
    if (error instanceof KctlError && error.code === 'NO_CONTROLLER') return undefined;
    throw error;
  });
  if (answer === undefined) return { mode: 'kraft', id: null };
  if (answer === null) {
    const { controllerId } = await cluster.wire.nodes();
    return { mode: 'zookeeper', id: controllerId < 0 ? null : controllerId };
  }
  const partition = answer.topics[0]?.partitions[0];
  const known = answer.errorCode === 0 && partition?.errorCode === 0 && partition.leaderId >= 0;
  return { mode: 'kraft', id: known ? partition.leaderId : null };
}

/** Describes the quorum of KRaft's controllers (KIP-595, KIP-853). @throws where there is none */
export async function describeMetadataQuorum(cluster: Cluster): Promise<QuorumDescription> {
  const answer = await askQuorum(cluster);
  if (answer === null) throw withoutQuorum();
  const partition = answer.topics[0]?.partitions[0];
  const errorCode = answer.errorCode || (partition?.errorCode ?? 0);
  if (errorCode !== 0 || !partition) {
    const { name, message } = errorOf(errorCode);
    throw new KctlError('the quorum cannot be described', {
      code: name,
      words: answer.errorMessage ?? partition?.errorMessage ?? message,
    });
  }
  const { leaderId, leaderEpoch, highWatermark, currentVoters, observers } = partition;
  const leaderEnd =
    currentVoters.find(({ replicaId }) => replicaId === leaderId)?.logEndOffset ?? highWatermark;
  const toReplica =
    (role: 'voter' | 'observer') =>
    (replica: (typeof currentVoters)[number]): QuorumReplica => ({
      id: replica.replicaId,
      directoryId: /^A+$/.test(replica.replicaDirectoryId) ? null : replica.replicaDirectoryId,
      role: replica.replicaId === leaderId ? 'leader' : role,
      logEndOffset: replica.logEndOffset,
      lag: leaderEnd - replica.logEndOffset,
      lastFetchTimestampMs: timestampOf(replica.lastFetchTimestamp),
      lastCaughtUpTimestampMs: timestampOf(replica.lastCaughtUpTimestamp),
      endpoints:
        answer.nodes
          .find(({ nodeId }) => nodeId === replica.replicaId)
          ?.listeners.map(({ name, host, port }) => `${name}://${host}:${port}`) ?? [],
    });
  return {
    kind: 'Quorum',
    version: 1,
    clusterId: (await cluster.wire.nodes()).clusterId,
    leaderId: leaderId < 0 ? null : leaderId,
    leaderEpoch,
    highWatermark,
    replicas: [...currentVoters.map(toReplica('voter')), ...observers.map(toReplica('observer'))].sort(
      (a, b) => Number(a.role === 'observer') - Number(b.role === 'observer') || a.id - b.id,
    ),
  };
}

export function withoutQuorum(): KctlError {
  return new KctlError('this cluster has no quorum of controllers', {
    code: 'UNSUPPORTED_VERSION',
    exitCode: ExitCode.failed,
    hint: 'Only KRaft has one; this one runs with ZooKeeper, or is older than Kafka 3.0.',
  });
}

function timestampOf(timestampMs: bigint): number | null {
  return timestampMs < 0n ? null : Number(timestampMs);
}
