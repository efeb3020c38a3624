import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../../cli/command.js';
import { confirmFlags } from '../../../cli/flags.js';
import { nameFlag } from '../../../local/flags.js';
import { putSnapshotBack } from '../../../local/snapshots.js';
import { viewLocalCluster } from '../../../local/views.js';

export default class LocalSnapshotRestore extends KctlCommand {
  static override summary = "Put a snapshot in place of a stopped local cluster's data.";
  static override description =
    'A cluster that is not there yet is made of it, with ports of its own. "local start" starts it.';
  static override examples = ['<%= config.bin %> local snapshot restore seeded --yes'];
  static override args = { snapshot: Args.string({ required: true, description: 'name of the snapshot' }) };
  static override flags = { ...nameFlag, ...confirmFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(LocalSnapshotRestore);
    await this.confirm(`Replace the data of the local cluster "${flags.name}"?`, flags);
    const hooks = { progress: (text: string) => this.streams.note(text), signal: this.interrupted };
    await this.show(await putSnapshotBack(args.snapshot, flags.name, hooks), viewLocalCluster, flags);
  }
}
