import { KctlCommand } from '../../cli/command.js';
import { nameFlag, serverArgs, serverOf } from '../../local/flags.js';
import { changeServer } from '../../local/operations.js';
import { viewLocalCluster } from '../../local/views.js';

export default class LocalResume extends KctlCommand {
  static override summary = 'Let a server of a local cluster go on that was paused.';
  static override examples = ['<%= config.bin %> local resume broker 2'];
  static override args = serverArgs;
  static override flags = nameFlag;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(LocalResume);
    const progress = (text: string) => this.streams.note(text);
    const cluster = await changeServer('resume', flags.name, serverOf(args), { progress });
    await this.show(cluster, viewLocalCluster, flags);
  }
}
