import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';
import { describeContext } from '../../contexts/operations.js';
import { viewContext } from '../../contexts/views.js';

export default class ContextShow extends KctlCommand {
  static override summary = 'Show how the cluster would be reached that a command would use now.';
  static override description =
    'All connection flags count, the environment and the files too. Nothing is connected, and no secret is fetched.';
  static override examples = [
    '<%= config.bin %> context show --origin',
    '<%= config.bin %> context show dev -o json',
  ];
  static override args = { name: Args.string({ description: 'a context; the one in use unless given' }) };
  static override flags = {
    ...clusterFlags,
    origin: Flags.boolean({ description: 'say where each value comes from' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ContextShow);
    const description = await describeContext({ ...flags, context: args.name ?? flags.context });
    await this.show(description, (document) => viewContext(document, flags.origin), flags);
  }
}
