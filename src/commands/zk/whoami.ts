import { KctlCommand } from '../../cli/command.js';
import { zookeeperFlags } from '../../cli/flags.js';
import { Znodes } from '../../znodes/client.js';
import { readIdentities } from '../../znodes/members.js';
import { viewIdentities } from '../../znodes/views.js';

export default class ZkWhoami extends KctlCommand {
  static override summary = 'Show who ZooKeeper takes you for (ZooKeeper 3.7).';
  static override examples = ['<%= config.bin %> zk whoami', '<%= config.bin %> zk whoami -o json'];
  static override flags = { ...zookeeperFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(ZkWhoami);
    const znodes = await this.opened(Znodes.open(await this.zookeeper(flags), { timeoutMs: flags.timeout }));
    await this.show(await readIdentities(znodes), viewIdentities, flags);
  }
}
