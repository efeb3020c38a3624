import { ExitCode } from '../../../base/errors.js';
import { KctlCommand } from '../../../cli/command.js';
import { clusterFlags, zookeeperFlags } from '../../../cli/flags.js';
import { checkRegistry } from '../../../registry/check.js';
import { viewCheck } from '../../../registry/views.js';
import { Znodes } from '../../../znodes/client.js';

export default class ZkKafkaCheck extends KctlCommand {
  static override summary = 'Compare what Kafka keeps in ZooKeeper with what its brokers say: exit 0 or 5.';
  static override description =
    'Brokers and topics that only one side knows, other topic ids, replicas or leaders, and deletions, reassignments and a migration that lie there.';
  static override examples = ['<%= config.bin %> zk kafka check', '<%= config.bin %> zk kafka check -o json'];
  static override flags = { ...clusterFlags, ...zookeeperFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(ZkKafkaCheck);
    const znodes = await this.opened(Znodes.open(await this.zookeeper(flags), { timeoutMs: flags.timeout }));
    const check = await checkRegistry(znodes, await this.cluster(flags));
    await this.show(check, viewCheck, flags);
    this.passExitCode(
      check.findings.some(({ severity }) => severity === 'failure') ? ExitCode.checkFailed : ExitCode.done,
    );
  }
}
