import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { zookeeperFlags } from '../../cli/flags.js';
import { Znodes } from '../../znodes/client.js';
import { statZnode } from '../../znodes/read.js';
import { viewZnodeStat } from '../../znodes/views.js';

export default class ZkSync extends KctlCommand {
  static override summary =
    'Wait until a server has seen all that was written, and show a znode as it is then.';
  static override description =
    'A follower may lag behind; after a sync it shows what the leader had when it was asked.';
  static override examples = ['<%= config.bin %> zk sync', '<%= config.bin %> zk sync /controller -o json'];
  static override args = { path: Args.string({ default: '/', description: 'path of the znode' }) };
  static override flags = { ...zookeeperFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ZkSync);
    const znodes = await this.opened(Znodes.open(await this.zookeeper(flags), { timeoutMs: flags.timeout }));
    await znodes.sync(args.path);
    await this.show(await statZnode(znodes, args.path), viewZnodeStat, flags);
  }
}
