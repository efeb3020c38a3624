import { KctlCommand } from '../../../cli/command.js';
import { znodeFlags } from '../../../cli/flags.js';
import { readAcls } from '../../../registry/read.js';
import { viewAcls } from '../../../registry/views.js';
import { Znodes } from '../../../znodes/client.js';

export default class ZkKafkaAcls extends KctlCommand {
  static override summary = 'List the ACLs that Kafka keeps in ZooKeeper.';
  static override examples = ['<%= config.bin %> zk kafka acls', '<%= config.bin %> zk kafka acls -o json'];
  static override flags = { ...znodeFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(ZkKafkaAcls);
    const access = await this.zookeeper(flags);
    const options = { timeoutMs: flags.timeout, allowReadOnly: flags['allow-read-only'] };
    const znodes = await this.opened(Znodes.open(access, options));
    await this.show(await readAcls(znodes), viewAcls, flags);
  }
}
