import { KctlCommand } from '../../cli/command.js';
import { confirmFlags } from '../../cli/flags.js';
import { nameFlag } from '../../local/flags.js';
import { resetCluster } from '../../local/operations.js';
import { viewLocalCluster } from '../../local/views.js';

export default class LocalReset extends KctlCommand {
  static override summary = 'Stop a local cluster and remove its data, logs and settings.';
  static override description = 'It asks first; without a terminal it needs --yes.';
  static override examples = ['<%= config.bin %> local reset --yes'];
  static override flags = { ...nameFlag, ...confirmFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(LocalReset);
    await this.confirm(`Remove all data of the local cluster "${flags.name}"?`, flags);
    const progress = (text: string) => this.streams.note(text);
    await this.show(await resetCluster(flags.name, { progress }), viewLocalCluster, flags);
  }
}
