import { usageError } from '../../base/errors.js';
import { KctlCommand } from '../../cli/command.js';
import { durationFlag } from '../../cli/flags.js';
import { skew } from '../../local/faults.js';
import { nameFlag, serverArgs, serverOf, undoFlag } from '../../local/flags.js';
import { viewLocalCluster } from '../../local/views.js';

export default class LocalSkew extends KctlCommand {
  static override summary = 'Shift the clock of one server of a local cluster, by starting it again.';
  static override description =
    'Its time of day is wrong, its timeouts are not. It takes libfaketime, on Linux, and stays until --undo.';
  static override examples = [
    '<%= config.bin %> local skew broker 2 --ahead 2h',
    '<%= config.bin %> local skew broker 2 --behind 30m',
    '<%= config.bin %> local skew broker 2 --undo',
  ];
  static override args = serverArgs;
  static override flags = {
    ...nameFlag,
    ahead: durationFlag({ description: 'how far it is to go ahead', exclusive: ['behind', 'undo'] }),
    behind: durationFlag({ description: 'how far it is to be behind', exclusive: ['undo'] }),
    undo: undoFlag('put it right'),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(LocalSkew);
    const { ahead, behind = 0, undo } = flags;
    if (!ahead && !behind && !undo)
      throw usageError('how far is the clock to be shifted?', 'Write for example --ahead 2h.');
    const hooks = { progress: (text: string) => this.streams.note(text), signal: this.interrupted };
    const cluster = await skew(flags.name, serverOf(args), ahead ?? -behind, hooks);
    await this.show(cluster, viewLocalCluster, flags);
  }
}
