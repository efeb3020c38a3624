import * as Args from '@oclif/core/args';
import { ChangingWordCommand } from '../../cli/word-command.js';
import { parseTraceMask } from '../../zk/trace-mask.js';
import { stmk } from '../../zk/words.js';

const maskArgument = Args.custom<bigint>({ parse: async (text) => parseTraceMask(text) });

export default class ZkStmk extends ChangingWordCommand {
  static override summary = 'Set the trace mask of a ZooKeeper server.';
  static override description =
    'zk gtmk shows the present mask and what it traces. It asks first; without a terminal it needs --yes.';
  static override examples = ['<%= config.bin %> zk stmk 306 --yes', '<%= config.bin %> zk stmk 0x132 --yes'];
  static override args = { mask: maskArgument({ required: true, description: 'decimal, or 0x…' }) };
  protected readonly word = stmk;
  protected readonly effect = 'Set the trace mask';

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(ZkStmk);
    await this.change(flags, args.mask);
  }
}
