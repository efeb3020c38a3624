import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { bytesFlag } from '../../cli/flags.js';
import { fill } from '../../local/faults.js';
import { nameFlag, serverArgs, serverOf, undoFlag } from '../../local/flags.js';
import { viewLocalCluster } from '../../local/views.js';

export default class LocalFillDisk extends KctlCommand {
  static override summary = "Fill the disk of a local cluster's broker.";
  static override description =
    "Only a disk of limited size is filled, never this machine's: for a cluster started with --disk-size.";
  static override examples = [
    '<%= config.bin %> local fill-disk broker 1 --leave 1MB',
    '<%= config.bin %> local fill-disk broker 1 --undo',
  ];
  static override args = serverArgs;
  static override flags = {
    ...nameFlag,
    leave: bytesFlag({ description: 'how much to leave free', default: 0, exclusive: ['undo'] }),
    'log-dir': Flags.integer({ description: 'which of its log directories, from 1 (default all)' }),
    undo: undoFlag('remove what it was filled with'),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(LocalFillDisk);
    const progress = (text: string) => this.streams.note(text);
    const wish = { leaveBytes: flags.undo ? null : flags.leave, logDir: flags['log-dir'] };
    const cluster = await fill(flags.name, serverOf(args), wish, { progress });
    await this.show(cluster, viewLocalCluster, flags);
  }
}
