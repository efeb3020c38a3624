import * as Flags from '@oclif/core/flags';
import { viewCheck } from '../../brokers/broker-views.js';
import { checkCluster } from '../../brokers/check.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';

export default class ClusterCheck extends KctlCommand {
  static override summary = 'Check the health of the cluster; each finding says what to do.';
  static override description =
    'It looks for partitions that are offline, under-replicated, under or at min ISR, replication factors below min ISR, no or two controllers, leaders that are not the preferred ones, throttles left behind, reassignments that stand still, and mixed releases. Exit 0 without findings, 5 with.';
  static override examples = [
    '<%= config.bin %> cluster check || true',
    '<%= config.bin %> cluster check --max-imbalance 25 -o json || true',
  ];
  static override flags = {
    ...clusterFlags,
    'max-imbalance': Flags.integer({
      min: 0,
      max: 100,
      default: 10,
      description: 'percent of the partitions that prefer a broker that may be led by others',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(ClusterCheck);
    const limits = { maxImbalancePercent: flags['max-imbalance'] };
    await this.show(await checkCluster(await this.cluster(flags), limits), viewCheck, flags);
  }
}
