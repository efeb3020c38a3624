import { KctlCommand } from '../../cli/command.js';
import { znodeFlags } from '../../cli/flags.js';
import { Znodes } from '../../znodes/client.js';
import { readConfig } from '../../znodes/members.js';
import { viewConfig } from '../../znodes/views.js';

export default class ZkConfig extends KctlCommand {
  static override summary = 'Show the members of the ensemble as it agreed upon them (ZooKeeper 3.5).';
  static override description = 'What /zookeeper/config holds. zk conf shows the settings of one server.';
  static override examples = ['<%= config.bin %> zk config', '<%= config.bin %> zk config -o json'];
  static override flags = { ...znodeFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(ZkConfig);
    const access = await this.zookeeper(flags);
    const options = { timeoutMs: flags.timeout, allowReadOnly: flags['allow-read-only'] };
    const znodes = await this.opened(Znodes.open(access, options));
    await this.show(await readConfig(znodes), viewConfig, flags);
  }
}
