import { viewQuorum } from '../../brokers/broker-views.js';
import { describeMetadataQuorum } from '../../brokers/quorum.js';
import { KctlCommand } from '../../cli/command.js';
import { controllerFlags } from '../../cli/flags.js';

export default class ClusterQuorum extends KctlCommand {
  static override summary =
    "Show the quorum of KRaft's controllers: leader, voters, observers, and how far each is.";
  static override examples = ['<%= config.bin %> cluster quorum || echo "with ZooKeeper there is none"'];
  static override flags = controllerFlags;

  async run(): Promise<void> {
    const { flags } = await this.parse(ClusterQuorum);
    await this.show(await describeMetadataQuorum(await this.cluster(flags)), viewQuorum, flags);
  }
}
