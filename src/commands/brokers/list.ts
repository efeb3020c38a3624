import { viewBrokers } from '../../brokers/broker-views.js';
import { listBrokers } from '../../brokers/list.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';

export default class BrokersList extends KctlCommand {
  static override summary = 'List brokers, with how many replicas and leaders each has.';
  static override description =
    'A broker that is not alive is listed too as long as replicas are on it. The release is inferred from the requests that a broker understands.';
  static override examples = ['<%= config.bin %> brokers list', '<%= config.bin %> brokers list -o wide'];
  static override flags = clusterFlags;

  async run(): Promise<void> {
    const { flags } = await this.parse(BrokersList);
    await this.show(await listBrokers(await this.cluster(flags)), viewBrokers, flags);
  }
}
