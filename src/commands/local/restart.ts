import { KctlCommand } from '../../cli/command.js';
import { durationFlag } from '../../cli/flags.js';
import { nameFlag, serverArgs, serverOf } from '../../local/flags.js';
import { changeServer } from '../../local/operations.js';
import { viewLocalCluster } from '../../local/views.js';

export default class LocalRestart extends KctlCommand {
  static override summary =
    'Stop one server of a local cluster cleanly, start it again and wait until it is ready.';
  static override examples = ['<%= config.bin %> local restart broker 2'];
  static override args = serverArgs;
  static override flags = {
    ...nameFlag,
    grace: durationFlag({ description: 'how long it has to end before it is killed (default 10s)' }),
    'start-timeout': durationFlag({ description: 'how long it may take to be ready (default 60s)' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(LocalRestart);
    const progress = (text: string) => this.streams.note(text);
    const hooks = {
      progress,
      signal: this.interrupted,
      graceMs: flags.grace,
      startTimeoutMs: flags['start-timeout'],
    };
    const cluster = await changeServer('restart', flags.name, serverOf(args), hooks);
    await this.show(cluster, viewLocalCluster, flags);
  }
}
