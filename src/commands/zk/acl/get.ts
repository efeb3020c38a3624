import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../../cli/command.js';
import { znodeFlags } from '../../../cli/flags.js';
import { readAcl } from '../../../znodes/acl.js';
import { Znodes } from '../../../znodes/client.js';
import { viewZnodeAcl } from '../../../znodes/views.js';

export default class ZkAclGet extends KctlCommand {
  static override summary = 'Show the ACL of a znode.';
  static override examples = [
    '<%= config.bin %> zk acl get /',
    '<%= config.bin %> zk acl get /brokers -o json',
  ];
  static override args = { path: Args.string({ required: true, description: 'path of the znode' }) };
  static override flags = { ...znodeFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ZkAclGet);
    const znodes = await this.opened(
      Znodes.open(await this.zookeeper(flags), {
        timeoutMs: flags.timeout,
        allowReadOnly: flags['allow-read-only'],
      }),
    );
    await this.show(await readAcl(znodes, args.path), viewZnodeAcl, flags);
  }
}
