import { pause } from '../base/deadline.js';
import { ExitCode, KctlError } from '../base/errors.js';
import type { ResultDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { askTopicMetadata } from '../topics/metadata.js';

export interface ClusterWait extends ResultDocument {
  kind: 'ClusterWait';
  version: 1;
  aliveBrokers: number[];
  underReplicatedPartitions: number;
  offlinePartitions: number;
  waitedMs: number;
}

export interface WaitOptions {
  /** How many brokers are to be alive; the cluster is to answer when absent. */
  brokers?: number | undefined;
  noUnderReplicated: boolean;
  noOffline: boolean;
}

const lookAgainMs = 250;

/** Waits until the cluster is as it is asked for. @throws exit 6 when it is not in time, saying what is missing */
export async function waitForCluster(cluster: Cluster, options: WaitOptions): Promise<ClusterWait> {
  const { deadline } = cluster.wire;
  let missing = 'it does not answer';
  for (;;) {
    try {
      cluster.wire.refreshNodes();
      const state = await look(cluster);
      missing = whatIsMissing(state, options);
      if (missing === '')
        return { ...state, waitedMs: Math.round(deadline.timeoutMs - deadline.remainingMs()) };
    } catch (error) {
      if (!(error instanceof KctlError)) throw error;
      missing = error.message;
    }
    if (deadline.remainingMs() < lookAgainMs) break;
    await pause(lookAgainMs);
  }
  throw new KctlError(`the cluster is not as asked for: ${missing}`, {
    code: 'TIMED_OUT',
    exitCode: ExitCode.timedOut,
    hint: 'Give it longer with --timeout, and look with: kctl cluster check',
  });
}

async function look(cluster: Cluster): Promise<Omit<ClusterWait, 'waitedMs'>> {
  const { brokers } = await cluster.wire.nodes();
  const partitions = (await askTopicMetadata(cluster, null)).flatMap((topic) => topic.partitions);
  return {
    kind: 'ClusterWait',
    version: 1,
    aliveBrokers: brokers.map(({ id }) => id),
    underReplicatedPartitions: partitions.filter((p) => p.isrNodes.length < p.replicaNodes.length).length,
    offlinePartitions: partitions.filter(({ leaderId }) => leaderId < 0).length,
  };
}

function whatIsMissing(state: Omit<ClusterWait, 'waitedMs'>, options: WaitOptions): string {
  const { aliveBrokers, underReplicatedPartitions, offlinePartitions } = state;
  const missing: string[] = [];
  if (options.brokers !== undefined && aliveBrokers.length < options.brokers)
    missing.push(`${aliveBrokers.length} brokers are alive, not ${options.brokers}`);
  if (options.noUnderReplicated && underReplicatedPartitions > 0)
    missing.push(`${underReplicatedPartitions} partitions are under-replicated`);
  if ((options.noOffline || options.noUnderReplicated) && offlinePartitions > 0)
    missing.push(`${offlinePartitions} partitions have no leader`);
  return missing.join(', ');
}
