import { KctlCommand } from '../../cli/command.js';
import { durationFlag } from '../../cli/flags.js';
import { nameFlag } from '../../local/flags.js';
import { stopCluster } from '../../local/operations.js';
import { viewLocalCluster } from '../../local/views.js';

export default class LocalStop extends KctlCommand {
  static override summary = 'Stop a local cluster: its brokers first, ZooKeeper last.';
  static override description =
    'Its data stays, unless it is ephemeral. Stopping what does not run is harmless.';
  static override examples = [
    '<%= config.bin %> local stop',
    '<%= config.bin %> local stop --name kraft --grace 30s',
  ];
  static override flags = {
    ...nameFlag,
    grace: durationFlag({ description: 'how long a server has to end before it is killed (default 10s)' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(LocalStop);
    const progress = (text: string) => this.streams.note(text);
    const cluster = await stopCluster(flags.name, { progress, graceMs: flags.grace });
    await this.show(cluster, viewLocalCluster, flags);
  }
}
