import * as Flags from '@oclif/core/flags';
import { viewWait } from '../../brokers/broker-views.js';
import { waitForCluster } from '../../brokers/wait.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';

export default class ClusterWait extends KctlCommand {
  static override summary = 'Wait until the cluster answers, has so many brokers, or is in sync.';
  static override description = 'For scripts: exit 0 when it is so, 6 when it is not within --timeout.';
  static override examples = [
    '<%= config.bin %> cluster wait',
    '<%= config.bin %> cluster wait --brokers 1 --no-offline --timeout 60s',
  ];
  static override flags = {
    ...clusterFlags,
    brokers: Flags.integer({ min: 1, description: 'until so many brokers are alive' }),
    'no-under-replicated': Flags.boolean({ description: 'until every replica is in sync' }),
    'no-offline': Flags.boolean({ description: 'until every partition has a leader' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(ClusterWait);
    const options = {
      brokers: flags.brokers,
      noUnderReplicated: flags['no-under-replicated'],
      noOffline: flags['no-offline'],
    };
    await this.show(await waitForCluster(await this.cluster(flags), options), viewWait, flags);
  }
}
