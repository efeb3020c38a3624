import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { znodeFlags } from '../../cli/flags.js';
import { Znodes } from '../../znodes/client.js';
import { listZnodes } from '../../znodes/read.js';
import { viewZnodeList } from '../../znodes/views.js';

export default class ZkLs extends KctlCommand {
  static override summary = 'List the children of a znode.';
  static override description = 'Their names; with --stat a table of what they are.';
  static override examples = ['<%= config.bin %> zk ls /', '<%= config.bin %> zk ls /brokers/ids --stat'];
  static override args = { path: Args.string({ default: '/', description: 'path of the znode' }) };
  static override flags = {
    ...znodeFlags,
    stat: Flags.boolean({ description: "read each child's stat too" }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ZkLs);
    const znodes = await this.opened(
      Znodes.open(await this.zookeeper(flags), {
        timeoutMs: flags.timeout,
        allowReadOnly: flags['allow-read-only'],
      }),
    );
    await this.show(await listZnodes(znodes, args.path, { stat: flags.stat }), viewZnodeList, flags);
  }
}
