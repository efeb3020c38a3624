import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { editText } from '../../cli/editor.js';
import { dryRunFlag } from '../../cli/flags.js';
import { contextFlags, contextOf } from '../../contexts/flags.js';
import { editContext, rewriteContext } from '../../contexts/operations.js';
import { viewContextChanges } from '../../contexts/views.js';

export default class ContextEdit extends KctlCommand {
  static override summary = 'Change a context: what is given is set, the rest stays.';
  static override description = 'With nothing to set, the context is opened in EDITOR.';
  static override examples = [
    '<%= config.bin %> context edit dev --timeout 30s',
    '<%= config.bin %> context edit dev --no-protected -X client.id=team-a',
  ];
  static override args = { name: Args.string({ description: 'the context', required: true }) };
  static override flags = { ...contextFlags, ...dryRunFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ContextEdit);
    const fields = contextOf(flags);
    const write = (text: string) => editText(text, `${args.name}.yaml`);
    const changed =
      Object.keys(fields).length > 0
        ? await editContext(args.name, fields, flags['dry-run'])
        : await rewriteContext(args.name, write, flags['dry-run']);
    await this.show(changed, viewContextChanges, flags);
  }
}
