import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../../cli/command.js';
import { confirmFlags } from '../../../cli/flags.js';
import { dropSnapshot, viewSnapshots } from '../../../local/snapshots.js';

export default class LocalSnapshotRemove extends KctlCommand {
  static override summary = 'Remove a snapshot of a local cluster.';
  static override examples = ['<%= config.bin %> local snapshot remove seeded --yes'];
  static override args = { snapshot: Args.string({ required: true, description: 'name of the snapshot' }) };
  static override flags = confirmFlags;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(LocalSnapshotRemove);
    await this.confirm(`Remove the snapshot "${args.snapshot}"?`, flags);
    await this.show(dropSnapshot(args.snapshot), viewSnapshots, flags);
  }
}
