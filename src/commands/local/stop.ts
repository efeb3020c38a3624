import { KctlCommand } from '../../cli/command.js';
import { durationFlag } from '../../cli/flags.js';
import { nameFlag, optionalServerArgs, serverOf } from '../../local/flags.js';
import { changeServer, stopCluster } from '../../local/operations.js';
import { viewLocalCluster } from '../../local/views.js';

export default class LocalStop extends KctlCommand {
  static override summary = 'Stop a local cluster, brokers first and ZooKeeper last, or one server of it.';
  static override description =
    'Its data stays, unless it is ephemeral. Stopping what does not run is harmless.';
  static override examples = [
    '<%= config.bin %> local stop',
    '<%= config.bin %> local stop --name kraft --grace 30s',
    '<%= config.bin %> local stop broker 2',
  ];
  static override args = optionalServerArgs;
  static override flags = {
    ...nameFlag,
    grace: durationFlag({ description: 'how long a server has to end before it is killed (default 10s)' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(LocalStop);
    const progress = (text: string) => this.streams.note(text);
    const hooks = { progress, signal: this.interrupted, graceMs: flags.grace };
    const server = serverOf(args);
    const stopped = server ? changeServer('stop', flags.name, server, hooks) : stopCluster(flags.name, hooks);
    await this.show(await stopped, viewLocalCluster, flags);
  }
}
