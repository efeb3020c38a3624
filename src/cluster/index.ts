import { Deadline } from '../base/deadline.js';
import { type ClusterConfig, type ClusterFlagValues, resolveCluster } from './config.js';
import type { AskSecret } from './settings/secrets.js';
import type { Trace } from './trace.js';
import { kafkaTransport } from './transport.js';
import { Wire } from './wire.js';

export type { ClusterConfig, ClusterFlagValues } from './config.js';
export type { BrokerNode, ClusterNodes, Destination, RequestOptions, Wire } from './wire.js';

/** The one door to a cluster. Nothing is connected until the first request. */
export interface Cluster {
  readonly config: ClusterConfig;
  readonly wire: Wire;
  close(): void;
}

/** Resolves the configuration and stands ready; `trace` takes what `--debug` shows of the wire, `note` what is tried again. */
export async function openCluster(
  flags: ClusterFlagValues,
  {
    ask,
    env = process.env,
    ...telling
  }: { trace?: Trace; note?: Trace; ask?: AskSecret; env?: NodeJS.ProcessEnv } = {},
): Promise<Cluster> {
  const config = await resolveCluster(flags, env, ask);
  const { bootstrapServers, clientId, clusterId, requestTimeoutMs, route, security, timeoutMs } = config;
  const transport = kafkaTransport({ clientId: clientId.value, security: security.value, route });
  const wire = new Wire(transport, bootstrapServers.value, {
    clientId: clientId.value,
    sasl: security.value.sasl,
    deadline: new Deadline(timeoutMs.value),
    clusterId,
    requestTimeoutMs: requestTimeoutMs?.value,
    viaControllers: flags['bootstrap-controller'] !== undefined,
    ...telling,
  });
  return { config, wire, close: () => wire.close() };
}
