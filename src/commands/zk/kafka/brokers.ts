import { KctlCommand } from '../../../cli/command.js';
import { znodeFlags } from '../../../cli/flags.js';
import { readBrokers } from '../../../registry/read.js';
import { viewBrokers } from '../../../registry/views.js';
import { Znodes } from '../../../znodes/client.js';

export default class ZkKafkaBrokers extends KctlCommand {
  static override summary = 'List the brokers that are registered in ZooKeeper.';
  static override examples = [
    '<%= config.bin %> zk kafka brokers',
    '<%= config.bin %> zk kafka brokers -o json',
  ];
  static override flags = { ...znodeFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(ZkKafkaBrokers);
    const access = await this.zookeeper(flags);
    const options = { timeoutMs: flags.timeout, allowReadOnly: flags['allow-read-only'] };
    const znodes = await this.opened(Znodes.open(access, options));
    await this.show(await readBrokers(znodes), viewBrokers, flags);
  }
}
