import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { znodeFlags } from '../../cli/flags.js';
import { Znodes } from '../../znodes/client.js';
import { findZnodes } from '../../znodes/read.js';
import { viewZnodeList } from '../../znodes/views.js';

export default class ZkEphemerals extends KctlCommand {
  static override summary = 'List the ephemeral znodes below a path, with the sessions that hold them.';
  static override description =
    'It walks the tree. zk dump shows them by session, where the server allows it.';
  static override examples = [
    '<%= config.bin %> zk ephemerals',
    '<%= config.bin %> zk ephemerals /brokers/ids',
  ];
  static override args = { path: Args.string({ default: '/', description: 'path of the znode' }) };
  static override flags = {
    ...znodeFlags,
    session: Flags.string({ description: 'only those of one session, such as 0x1000015c9a00000' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ZkEphemerals);
    const znodes = await this.opened(
      Znodes.open(await this.zookeeper(flags), {
        timeoutMs: flags.timeout,
        allowReadOnly: flags['allow-read-only'],
      }),
    );
    await this.show(
      await findZnodes(znodes, args.path, { type: 'ephemeral', owner: flags.session }),
      viewZnodeList,
      flags,
    );
  }
}
