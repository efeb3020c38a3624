import { KctlCommand } from '../../cli/command.js';
import { nameFlag, serverArgs, serverOf } from '../../local/flags.js';
import { changeServer } from '../../local/operations.js';
import { viewLocalCluster } from '../../local/views.js';

export default class LocalPause extends KctlCommand {
  static override summary = 'Pause one server of a local cluster, as a machine that hangs.';
  static override description =
    'Its process is stopped by SIGSTOP: it keeps its connections and answers nothing, until "local resume".';
  static override examples = ['<%= config.bin %> local pause broker 2'];
  static override args = serverArgs;
  static override flags = nameFlag;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(LocalPause);
    const progress = (text: string) => this.streams.note(text);
    const cluster = await changeServer('pause', flags.name, serverOf(args), { progress });
    await this.show(cluster, viewLocalCluster, flags);
  }
}
