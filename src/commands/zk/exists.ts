import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { znodeFlags } from '../../cli/flags.js';
import { Znodes } from '../../znodes/client.js';
import { statZnode } from '../../znodes/read.js';
import { viewZnodeStat } from '../../znodes/views.js';

export default class ZkExists extends KctlCommand {
  static override summary = 'Show what ZooKeeper knows of a znode but its data; exit 4 if there is none.';
  static override description =
    "Its versions, times, type and owner (ZooKeeper's Stat). zk stat is the word that asks a server for its state.";
  static override examples = [
    '<%= config.bin %> zk exists /brokers/ids',
    '<%= config.bin %> zk exists /brokers -o json',
  ];
  static override args = { path: Args.string({ required: true, description: 'path of the znode' }) };
  static override flags = { ...znodeFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ZkExists);
    const znodes = await this.opened(
      Znodes.open(await this.zookeeper(flags), {
        timeoutMs: flags.timeout,
        allowReadOnly: flags['allow-read-only'],
      }),
    );
    await this.show(await statZnode(znodes, args.path), viewZnodeStat, flags);
  }
}
