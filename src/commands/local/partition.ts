import { KctlCommand } from '../../cli/command.js';
import { partition } from '../../local/faults.js';
import { nameFlag, serverArgs, serverOf, undoFlag } from '../../local/flags.js';
import { viewLocalCluster } from '../../local/views.js';

export default class LocalPartition extends KctlCommand {
  static override summary = 'Cut one server of a local cluster off from all others and from clients.';
  static override description =
    'Nothing passes to it or from it, and no connection is closed: what is held back goes on with --undo. For a cluster started --partitionable.';
  static override examples = [
    '<%= config.bin %> local partition broker 2',
    '<%= config.bin %> local partition broker 2 --undo',
  ];
  static override args = serverArgs;
  static override flags = { ...nameFlag, undo: undoFlag('let everything pass again') };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(LocalPartition);
    const progress = (text: string) => this.streams.note(text);
    const cluster = await partition(flags.name, serverOf(args), flags, { progress });
    await this.show(cluster, viewLocalCluster, flags);
  }
}
