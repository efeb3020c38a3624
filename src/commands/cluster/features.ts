import { viewFeatures } from '../../brokers/broker-views.js';
import { listFeatures } from '../../brokers/features.js';
import { KctlCommand } from '../../cli/command.js';
import { controllerFlags } from '../../cli/flags.js';

export default class ClusterFeatures extends KctlCommand {
  static override summary = 'Show the features of the cluster: agreed levels, and what all brokers can do.';
  static override description = 'Change them with cluster features upgrade and downgrade.';
  static override examples = [
    '<%= config.bin %> cluster features',
    '<%= config.bin %> cluster features -o json',
  ];
  static override flags = controllerFlags;

  async run(): Promise<void> {
    const { flags } = await this.parse(ClusterFeatures);
    await this.show(await listFeatures(await this.cluster(flags)), viewFeatures, flags);
  }
}
