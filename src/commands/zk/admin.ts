import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { adminPortFlag, zookeeperFlags } from '../../cli/flags.js';
import { askAdmin } from '../../ensemble/health.js';
import { viewAdminAnswer } from '../../ensemble/views.js';

export default class ZkAdmin extends KctlCommand {
  static override summary = 'Ask the AdminServer of each server what only it knows.';
  static override description =
    'Such as last_snapshot, observers, voting_view, initial_configuration, system_properties; commands lists them all. ZooKeeper 3.5 or newer.';
  static override examples = [
    '<%= config.bin %> zk admin last_snapshot -z zk1:2181,zk2:2181',
    '<%= config.bin %> zk admin observers --all --admin-port 8080 -o json',
  ];
  static override args = {
    command: Args.string({ required: true, description: 'a command of the AdminServer' }),
  };
  static override flags = {
    ...zookeeperFlags,
    ...adminPortFlag,
    all: Flags.boolean({ description: 'ask every member of the ensemble that the servers given know of' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ZkAdmin);
    const options = { timeoutMs: flags.timeout, adminPort: flags['admin-port'], all: flags.all };
    await this.show(
      await askAdmin(await this.zookeeper(flags), args.command, options),
      viewAdminAnswer,
      flags,
    );
  }
}
