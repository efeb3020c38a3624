import { KctlCommand } from '../../../cli/command.js';
import { znodeFlags } from '../../../cli/flags.js';
import { readController } from '../../../registry/read.js';
import { viewController } from '../../../registry/views.js';
import { Znodes } from '../../../znodes/client.js';

export default class ZkKafkaController extends KctlCommand {
  static override summary = 'Show which broker ZooKeeper holds as the controller, and its epoch.';
  static override examples = [
    '<%= config.bin %> zk kafka controller',
    '<%= config.bin %> zk kafka controller -o json',
  ];
  static override flags = { ...znodeFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(ZkKafkaController);
    const access = await this.zookeeper(flags);
    const options = { timeoutMs: flags.timeout, allowReadOnly: flags['allow-read-only'] };
    const znodes = await this.opened(Znodes.open(access, options));
    await this.show(await readController(znodes), viewController, flags);
  }
}
