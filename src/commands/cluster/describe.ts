import { describeCluster } from '../../brokers/cluster.js';
import { viewCluster } from '../../brokers/views.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';

export default class ClusterDescribe extends KctlCommand {
  static override summary = 'Show the cluster: id, controller, brokers, features.';
  static override description =
    'With -v it also shows how the cluster was reached and where each of those values came from. The release of a broker is inferred from the requests that it understands.';
  static override examples = [
    '<%= config.bin %> cluster describe',
    '<%= config.bin %> cluster describe -v',
    '<%= config.bin %> cluster describe -o json',
  ];
  static override flags = clusterFlags;

  async run(): Promise<void> {
    const { flags } = await this.parse(ClusterDescribe);
    const description = await describeCluster(await this.cluster(flags));
    await this.show(description, (cluster) => viewCluster(cluster, flags.verbose), flags);
  }
}
