import { KctlCommand } from '../../../cli/command.js';
import { znodeFlags } from '../../../cli/flags.js';
import { readConfigs } from '../../../registry/read.js';
import { viewConfigs } from '../../../registry/views.js';
import { Znodes } from '../../../znodes/client.js';

export default class ZkKafkaConfigs extends KctlCommand {
  static override summary = 'List the configurations that Kafka keeps in ZooKeeper, by entity.';
  static override description = 'Secrets are not shown.';
  static override examples = [
    '<%= config.bin %> zk kafka configs',
    '<%= config.bin %> zk kafka configs -o json',
  ];
  static override flags = { ...znodeFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(ZkKafkaConfigs);
    const access = await this.zookeeper(flags);
    const options = { timeoutMs: flags.timeout, allowReadOnly: flags['allow-read-only'] };
    const znodes = await this.opened(Znodes.open(access, options));
    await this.show(await readConfigs(znodes), viewConfigs, flags);
  }
}
