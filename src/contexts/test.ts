import { formatAddress } from '../base/address.js';
import type { Cluster } from '../cluster/index.js';
import type { ContextTest } from './types.js';

/**
 * Asks the cluster who it is.
 * @throws KctlError exit 3 where it cannot be reached, with the cause
 */
export async function testContext({ config, wire }: Cluster): Promise<ContextTest> {
  const { brokers, clusterId } = await wire.nodes();
  return {
    kind: 'ContextTest',
    version: 1,
    name: config.context?.name ?? null,
    bootstrapServers: config.bootstrapServers.value.map(formatAddress).join(','),
    clusterId,
    brokers: brokers.length,
    errors: [],
  };
}
