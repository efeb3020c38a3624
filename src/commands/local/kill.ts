import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { nameFlag } from '../../local/flags.js';
import { killOneBroker } from '../../local/operations.js';
import { viewLocalCluster } from '../../local/views.js';

export default class LocalKill extends KctlCommand {
  static override summary = 'Kill one broker of a local cluster, as a crash would.';
  static override description =
    'It hands nothing over and its data stays: the others elect new leaders when its session ends. "local start broker ID" brings it back.';
  static override examples = ['<%= config.bin %> local kill broker 3'];
  static override args = {
    server: Args.string({ required: true, description: 'the word "broker"', options: ['broker'] }),
    id: Args.integer({ required: true, description: 'the id of the broker', min: 1 }),
  };
  static override flags = nameFlag;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(LocalKill);
    const progress = (text: string) => this.streams.note(text);
    await this.show(await killOneBroker(flags.name, args.id, { progress }), viewLocalCluster, flags);
  }
}
