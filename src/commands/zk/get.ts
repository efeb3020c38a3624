import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { znodeFlags } from '../../cli/flags.js';
import { printableLines } from '../../render/printable.js';
import { Znodes } from '../../znodes/client.js';
import { getZnode } from '../../znodes/read.js';
import { viewZnode } from '../../znodes/views.js';

export default class ZkGet extends KctlCommand {
  static override summary = 'Print the data of a znode.';
  static override description =
    'The bytes as they are and nothing else, unless --output asks for a form: JSON has the stat too, and base64 for what is not UTF-8.';
  static override examples = [
    '<%= config.bin %> zk get /cluster/id',
    '<%= config.bin %> zk get /controller -o json',
  ];
  static override args = { path: Args.string({ required: true, description: 'path of the znode' }) };
  static override flags = { ...znodeFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ZkGet);
    const znodes = await this.opened(
      Znodes.open(await this.zookeeper(flags), {
        timeoutMs: flags.timeout,
        allowReadOnly: flags['allow-read-only'],
      }),
    );
    if (flags.json || flags.output) return this.show(await getZnode(znodes, args.path), viewZnode, flags);
    const data = (await znodes.get(args.path)).data ?? Buffer.alloc(0);
    await this.streams.write(this.streams.outputIsTty ? `${printableLines(data.toString())}\n` : data);
  }
}
