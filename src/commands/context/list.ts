import { KctlCommand } from '../../cli/command.js';
import { listContexts } from '../../contexts/operations.js';
import { viewContextList } from '../../contexts/views.js';

export default class ContextList extends KctlCommand {
  static override summary = 'List the clusters that you have named.';
  static override examples = ['<%= config.bin %> context list', '<%= config.bin %> context list -o wide'];

  async run(): Promise<void> {
    const { flags } = await this.parse(ContextList);
    await this.show(await listContexts(), viewContextList, flags);
  }
}
