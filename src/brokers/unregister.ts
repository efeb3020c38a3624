import { KctlError } from '../base/errors.js';
import type { ResultDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { describeCluster } from '../protocol/messages/describe-cluster.js';
import { unregisterBroker as unregisterBrokerApi } from '../protocol/messages/unregister-broker.js';
import { askTopicMetadata } from '../topics/metadata.js';
import { askController, describeMetadataQuorum, withoutQuorum } from './quorum.js';

export interface BrokerUnregistration extends ResultDocument {
  kind: 'BrokerUnregistration';
  version: 1;
  broker: number;
  /** `valid` is the result of a dry run. */
  result: 'unregistered' | 'valid';
  /** Replicas that are still assigned to it; null where controllers were asked, who do not tell. */
  replicas: number | null;
  dryRun: boolean;
  validatedBy?: 'client';
  warnings: string[];
}

/** Makes KRaft forget a broker that is away for good. @throws while it is alive: it would register anew */
export async function unregisterBroker(
  cluster: Cluster,
  { broker, dryRun }: { broker: number; dryRun: boolean },
): Promise<BrokerUnregistration> {
  const { alive, known, replicas } = cluster.wire.viaControllers
    ? { alive: await askFollowers(cluster), known: undefined, replicas: null }
    : await askBrokers(cluster, broker);
  if (alive.includes(broker)) {
    throw new KctlError(`broker ${broker} is alive`, {
      code: 'BROKER_ALIVE',
      hint: 'Stop it first: a broker that runs registers anew.',
    });
  }
  if (known?.includes(broker) === false) {
    throw new KctlError(`broker ${broker} is not registered`, {
      code: 'BROKER_ID_NOT_REGISTERED',
      hint: `Registered: ${known.join(', ')}.`,
    });
  }
  if (!dryRun) {
    const answer = await cluster.wire.request(unregisterBrokerApi, { brokerId: broker }, 'controller');
    if (answer.errorCode !== 0) {
      const { name, message } = errorOf(answer.errorCode);
      throw new KctlError(`broker ${broker} was not unregistered`, {
        code: name,
        words: answer.errorMessage ?? message,
      });
    }
  }
  const warnings = replicas ? [`${replicas} replicas are still assigned to broker ${broker}`] : [];
  return {
    kind: 'BrokerUnregistration',
    version: 1,
    broker,
    result: dryRun ? 'valid' : 'unregistered',
    replicas,
    dryRun,
    ...(dryRun ? { validatedBy: 'client' as const } : {}),
    warnings,
  };
}

interface Registration {
  alive: number[];
  /** All that are registered; undefined where brokers do not tell. */
  known: number[] | undefined;
  replicas: number;
}

async function askBrokers(cluster: Cluster, broker: number): Promise<Registration> {
  const [{ brokers }, topics] = await Promise.all([cluster.wire.nodes(), askTopicMetadata(cluster, null)]);
  if ((await askController(cluster)).mode === 'zookeeper') throw withoutQuorum();
  const replicas = topics
    .flatMap(({ partitions }) => partitions)
    .filter(({ replicaNodes }) => replicaNodes.includes(broker)).length;
  return { alive: brokers.map(({ id }) => id), known: await askRegistered(cluster), replicas };
}

/** From Kafka 4.0 on brokers also tell of those that are away (KIP-1073). */
async function askRegistered({ wire }: Cluster): Promise<number[] | undefined> {
  let tells = false;
  const { brokers } = await wire.request(describeCluster, (version) => {
    tells = version >= fencedSince;
    return tells ? { includeFencedBrokers: true } : {};
  });
  return tells ? brokers.map(({ brokerId }) => brokerId).sort((a, b) => a - b) : undefined;
}

const fencedSince = 2;

/** A broker that runs asks the leader of the quorum for more within half a second. */
const silentMs = 5_000;

/** Controllers do not list brokers, but who follows the quorum, and when each last asked, by the leader's clock. */
async function askFollowers(cluster: Cluster): Promise<number[]> {
  const { replicas, leaderId } = await describeMetadataQuorum(cluster);
  const nowMs = replicas.find(({ id }) => id === leaderId)?.lastFetchTimestampMs ?? Date.now();
  return replicas
    .filter(({ lastFetchTimestampMs }) => nowMs - (lastFetchTimestampMs ?? 0) < silentMs)
    .map(({ id }) => id);
}
