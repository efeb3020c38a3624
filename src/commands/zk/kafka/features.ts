import { KctlCommand } from '../../../cli/command.js';
import { znodeFlags } from '../../../cli/flags.js';
import { readFeatures } from '../../../registry/read.js';
import { viewFeatures } from '../../../registry/views.js';
import { Znodes } from '../../../znodes/client.js';

export default class ZkKafkaFeatures extends KctlCommand {
  static override summary = 'Show the features that are finalized in ZooKeeper.';
  static override examples = [
    '<%= config.bin %> zk kafka features',
    '<%= config.bin %> zk kafka features -o json',
  ];
  static override flags = { ...znodeFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(ZkKafkaFeatures);
    const access = await this.zookeeper(flags);
    const options = { timeoutMs: flags.timeout, allowReadOnly: flags['allow-read-only'] };
    const znodes = await this.opened(Znodes.open(access, options));
    await this.show(await readFeatures(znodes), viewFeatures, flags);
  }
}
