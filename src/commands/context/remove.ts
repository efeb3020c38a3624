import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { dryRunFlag } from '../../cli/flags.js';
import { removeContext } from '../../contexts/operations.js';
import { viewContextChanges } from '../../contexts/views.js';

export default class ContextRemove extends KctlCommand {
  static override summary = 'Forget a context. The cluster is not touched.';
  static override examples = ['<%= config.bin %> context remove dev --dry-run'];
  static override args = { name: Args.string({ description: 'the context', required: true }) };
  static override flags = dryRunFlag;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ContextRemove);
    await this.show(await removeContext(args.name, flags['dry-run']), viewContextChanges, flags);
  }
}
