import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { dryRunFlag } from '../../cli/flags.js';
import { renameContext } from '../../contexts/operations.js';
import { viewContextChanges } from '../../contexts/views.js';

export default class ContextRename extends KctlCommand {
  static override summary = 'Give a context another name.';
  static override examples = ['<%= config.bin %> context rename dev development --dry-run'];
  static override args = {
    name: Args.string({ description: 'the context', required: true }),
    to: Args.string({ description: 'its new name', required: true }),
  };
  static override flags = dryRunFlag;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ContextRename);
    await this.show(await renameContext(args.name, args.to, flags['dry-run']), viewContextChanges, flags);
  }
}
