import type { Cluster } from '../cluster/index.js';
import { alterConfigs } from '../configs/alter.js';

/** The directories of a broker that take no new replicas, since Kafka 4.3 (KIP-1066). */
const cordonKey = 'cordoned.log.dirs';

/**
 * Keeps new replicas off brokers, by cordoning all their directories; that lasts until it is unset. A broker that is
 * away gets none anyway.
 * @returns why brokers are not cordoned, in words: those before 4.3 cannot be
 */
export async function cordonBrokers(
  cluster: Cluster,
  ids: readonly number[],
  { dryRun }: { dryRun: boolean },
): Promise<string[]> {
  const { brokers } = await cluster.wire.nodes();
  const alive = ids.filter((id) => brokers.some((broker) => broker.id === id)).map(String);
  if (alive.length === 0) return [];
  const { errors } = await alterConfigs(cluster, {
    words: {
      topic: [],
      broker: alive,
      brokerDefaults: false,
      'broker-logger': [],
      'client-metrics': [],
      group: [],
    },
    operations: [{ operation: 'set', key: cordonKey, value: '*' }],
    onCommandLine: [],
    dryRun,
    allowUnknown: false,
  });
  return errors.map(({ subject, code, message }) => {
    const why = code === 'INVALID_CONFIG' ? 'that is there since Kafka 4.3' : message;
    return `${subject} is not cordoned, so that new topics may still come to it: ${why}`;
  });
}
