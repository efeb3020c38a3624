import { KctlError } from '../base/errors.js';
import type { ResultDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { unregisterBroker as unregisterBrokerApi } from '../protocol/messages/unregister-broker.js';
import { askTopicMetadata } from '../topics/metadata.js';
import { askController, withoutQuorum } from './quorum.js';

export interface BrokerUnregistration extends ResultDocument {
  kind: 'BrokerUnregistration';
  version: 1;
  broker: number;
  /** `valid` is the result of a dry run. */
  result: 'unregistered' | 'valid';
  /** Replicas that are still assigned to it. */
  replicas: number;
  dryRun: boolean;
  validatedBy?: 'client';
  warnings: string[];
}

/** Makes KRaft forget a broker that is away for good. @throws while it is alive: it would register anew */
export async function unregisterBroker(
  cluster: Cluster,
  { broker, dryRun }: { broker: number; dryRun: boolean },
): Promise<BrokerUnregistration> {
  const [{ brokers }, topics] = await Promise.all([cluster.wire.nodes(), askTopicMetadata(cluster, null)]);
  if ((await askController(cluster)).mode === 'zookeeper') throw withoutQuorum();
  if (brokers.some(({ id }) => id === broker)) {
    throw new KctlError(`broker ${broker} is alive`, {
      code: 'BROKER_ALIVE',
      hint: 'Stop it first: a broker that runs registers anew.',
    });
  }
  const replicas = topics
    .flatMap(({ partitions }) => partitions)
    .filter(({ replicaNodes }) => replicaNodes.includes(broker)).length;
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
  const warnings = replicas > 0 ? [`${replicas} replicas are still assigned to broker ${broker}`] : [];
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
