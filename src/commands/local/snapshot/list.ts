import { KctlCommand } from '../../../cli/command.js';
import { allSnapshots, viewSnapshots } from '../../../local/snapshots.js';

export default class LocalSnapshotList extends KctlCommand {
  static override summary = 'List the snapshots of local clusters.';
  static override examples = ['<%= config.bin %> local snapshot list'];

  async run(): Promise<void> {
    const { flags } = await this.parse(LocalSnapshotList);
    await this.show(allSnapshots(), viewSnapshots, flags);
  }
}
