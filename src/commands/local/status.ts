import { KctlCommand } from '../../cli/command.js';
import { specialOutputFlag } from '../../cli/flags.js';
import { nameFlag } from '../../local/flags.js';
import { clusterStatus } from '../../local/operations.js';
import { viewLocalCluster } from '../../local/views.js';

export default class LocalStatus extends KctlCommand {
  static override summary = 'Show which servers of a local cluster run, their ports, processes and folders.';
  static override description =
    'The state is running, partial (some servers are not there), starting, stopped or absent; the exit code is 0 for each.';
  static override examples = [
    '<%= config.bin %> local status',
    '<%= config.bin %> local status -o json',
    'eval "$(<%= config.bin %> local status -o env)"',
  ];
  static override flags = { ...nameFlag, ...specialOutputFlag };

  async run(): Promise<void> {
    const { flags } = await this.parse(LocalStatus);
    await this.show(clusterStatus(flags.name), viewLocalCluster, flags);
  }
}
