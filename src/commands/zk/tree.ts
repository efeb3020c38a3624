import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { znodeFlags } from '../../cli/flags.js';
import { Znodes } from '../../znodes/client.js';
import { treeOfZnodes } from '../../znodes/read.js';
import { viewZnodeTree } from '../../znodes/views.js';

export default class ZkTree extends KctlCommand {
  static override summary = 'Show a znode and all that is below it.';
  static override examples = [
    '<%= config.bin %> zk tree /brokers',
    '<%= config.bin %> zk tree / --depth 1 -o tsv',
  ];
  static override args = { path: Args.string({ default: '/', description: 'path of the znode' }) };
  static override flags = {
    ...znodeFlags,
    depth: Flags.integer({ description: 'how many levels down', min: 0 }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ZkTree);
    const znodes = await this.opened(
      Znodes.open(await this.zookeeper(flags), {
        timeoutMs: flags.timeout,
        allowReadOnly: flags['allow-read-only'],
      }),
    );
    await this.show(await treeOfZnodes(znodes, args.path, { depth: flags.depth }), viewZnodeTree, flags);
  }
}
