import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { dryRunFlag } from '../../cli/flags.js';
import { contextFlags, contextOf } from '../../contexts/flags.js';
import { editContext } from '../../contexts/operations.js';
import { viewContextChanges } from '../../contexts/views.js';

export default class ContextEdit extends KctlCommand {
  static override summary = 'Change a context: what is given is set, the rest stays.';
  static override examples = [
    '<%= config.bin %> context edit dev --timeout 30s',
    '<%= config.bin %> context edit dev --no-protected -X client.id=team-a',
  ];
  static override args = { name: Args.string({ description: 'the context', required: true }) };
  static override flags = { ...contextFlags, ...dryRunFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ContextEdit);
    const changed = await editContext(args.name, contextOf(flags), flags['dry-run']);
    await this.show(changed, viewContextChanges, flags);
  }
}
