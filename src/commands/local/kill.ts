import { KctlCommand } from '../../cli/command.js';
import { nameFlag, serverArgs, serverOf } from '../../local/flags.js';
import { changeServer } from '../../local/operations.js';
import { viewLocalCluster } from '../../local/views.js';

export default class LocalKill extends KctlCommand {
  static override summary = 'Kill one server of a local cluster, as a crash would.';
  static override description =
    'It hands nothing over and its data stays: the others elect new leaders when its session ends. "local start broker ID" brings it back.';
  static override examples = [
    '<%= config.bin %> local kill broker 3',
    '<%= config.bin %> local kill zookeeper 1',
  ];
  static override args = serverArgs;
  static override flags = nameFlag;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(LocalKill);
    const progress = (text: string) => this.streams.note(text);
    const cluster = await changeServer('kill', flags.name, serverOf(args), { progress });
    await this.show(cluster, viewLocalCluster, flags);
  }
}
