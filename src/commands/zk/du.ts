import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { znodeFlags } from '../../cli/flags.js';
import { Znodes } from '../../znodes/client.js';
import { usageOfZnodes } from '../../znodes/read.js';
import { viewZnodeUsage } from '../../znodes/views.js';

export default class ZkDu extends KctlCommand {
  static override summary = 'Count the znodes and the bytes of data below a path, by child.';
  static override description =
    'The first line is all of it, then the children, the largest first. Replicas and ACLs are not counted.';
  static override examples = ['<%= config.bin %> zk du /', '<%= config.bin %> zk du /brokers -o json'];
  static override args = { path: Args.string({ default: '/', description: 'path of the znode' }) };
  static override flags = { ...znodeFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ZkDu);
    const znodes = await this.opened(
      Znodes.open(await this.zookeeper(flags), {
        timeoutMs: flags.timeout,
        allowReadOnly: flags['allow-read-only'],
      }),
    );
    await this.show(await usageOfZnodes(znodes, args.path), viewZnodeUsage, flags);
  }
}
