import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { useContext } from '../../contexts/operations.js';
import { viewContextChanges } from '../../contexts/views.js';

export default class ContextUse extends KctlCommand {
  static override summary = 'Make a context the current one.';
  static override examples = ['<%= config.bin %> context use dev'];
  static override args = { name: Args.string({ description: 'the context', required: true }) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ContextUse);
    await this.show(await useContext(args.name), viewContextChanges, flags);
  }
}
