import { KctlCommand } from '../../../cli/command.js';
import { znodeFlags } from '../../../cli/flags.js';
import { readUsers } from '../../../registry/read.js';
import { viewUsers } from '../../../registry/views.js';
import { Znodes } from '../../../znodes/client.js';

export default class ZkKafkaUsers extends KctlCommand {
  static override summary = 'List the users with SCRAM credentials in ZooKeeper, never the credentials.';
  static override examples = ['<%= config.bin %> zk kafka users', '<%= config.bin %> zk kafka users -o json'];
  static override flags = { ...znodeFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(ZkKafkaUsers);
    const access = await this.zookeeper(flags);
    const options = { timeoutMs: flags.timeout, allowReadOnly: flags['allow-read-only'] };
    const znodes = await this.opened(Znodes.open(access, options));
    await this.show(await readUsers(znodes), viewUsers, flags);
  }
}
