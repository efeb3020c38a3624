import { KctlCommand } from '../../../cli/command.js';
import { znodeFlags } from '../../../cli/flags.js';
import { readTopics } from '../../../registry/read.js';
import { viewTopics } from '../../../registry/views.js';
import { Znodes } from '../../../znodes/client.js';

export default class ZkKafkaTopics extends KctlCommand {
  static override summary = 'List the topics in ZooKeeper, with the state of each partition there.';
  static override examples = [
    '<%= config.bin %> zk kafka topics',
    '<%= config.bin %> zk kafka topics -o json',
  ];
  static override flags = { ...znodeFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(ZkKafkaTopics);
    const access = await this.zookeeper(flags);
    const options = { timeoutMs: flags.timeout, allowReadOnly: flags['allow-read-only'] };
    const znodes = await this.opened(Znodes.open(access, options));
    await this.show(await readTopics(znodes), viewTopics, flags);
  }
}
