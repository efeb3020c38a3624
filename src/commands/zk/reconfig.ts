import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { confirmFlags, dryRunFlag, zookeeperFlags } from '../../cli/flags.js';
import { Znodes } from '../../znodes/client.js';
import { reconfigure } from '../../znodes/members.js';
import { viewConfig } from '../../znodes/views.js';

const members = { multiple: true, multipleNonGreedy: true, helpValue: '<server.N=…>' } as const;

export default class ZkReconfig extends KctlCommand {
  static override summary = 'Change the members of a running ensemble (ZooKeeper 3.5).';
  static override description =
    'The servers need reconfigEnabled=true, and whoever asks the right to write /zookeeper/config. It asks first; without a terminal it needs --yes.';
  static override examples = [
    "<%= config.bin %> zk reconfig --add 'server.4=zk4:2888:3888:participant;2181' --dry-run",
  ];
  static override flags = {
    ...zookeeperFlags,
    ...dryRunFlag,
    ...confirmFlags,
    add: Flags.string({ ...members, description: 'a server to add or to change' }),
    remove: Flags.integer({
      multiple: true,
      multipleNonGreedy: true,
      description: 'id of a server to remove',
    }),
    members: Flags.string({
      ...members,
      description: 'all servers of the new ensemble',
      exclusive: ['add', 'remove'],
    }),
    'from-version': Flags.string({
      description: 'do it only if the configuration has this version (zk config)',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(ZkReconfig);
    const { add = [], remove = [], members: all = [] } = flags;
    const options = {
      add,
      remove,
      members: all,
      fromVersion: flags['from-version'],
      dryRun: flags['dry-run'],
    };
    const change = [...add.map((line) => `add ${line}`), ...remove.map((id) => `remove ${id}`), ...all];
    if (!options.dryRun) await this.confirm(`Change the ensemble: ${change.join(', ')}?`, flags);
    const znodes = await this.opened(Znodes.open(await this.zookeeper(flags), { timeoutMs: flags.timeout }));
    await this.show(await reconfigure(znodes, options), viewConfig, flags);
  }
}
