import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../../cli/command.js';
import { nameFlag } from '../../../local/flags.js';
import { keepSnapshot, viewSnapshots } from '../../../local/snapshots.js';

export default class LocalSnapshotSave extends KctlCommand {
  static override summary = "Keep a stopped local cluster's data under a name.";
  static override description = 'A snapshot of the same name is replaced.';
  static override examples = ['<%= config.bin %> local snapshot save seeded'];
  static override args = { snapshot: Args.string({ required: true, description: 'name of the snapshot' }) };
  static override flags = nameFlag;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(LocalSnapshotSave);
    const hooks = { progress: (text: string) => this.streams.note(text), signal: this.interrupted };
    await this.show(await keepSnapshot(args.snapshot, flags.name, hooks), viewSnapshots, flags);
  }
}
