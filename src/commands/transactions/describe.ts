import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, variadic } from '../../cli/flags.js';
import { describeTransactions } from '../../transactions/list.js';
import { viewTransactionDescriptions } from '../../transactions/views.js';

export default class TransactionsDescribe extends KctlCommand {
  static override summary = 'Describe transactions: their producers, since when, and in which partitions.';
  static override examples = [
    '<%= config.bin %> transactions describe',
    "<%= config.bin %> transactions describe 'bar-*' -o json",
  ];
  static override args = { id: Args.string({ description: 'transactional ids or globs; all without any' }) };
  static override strict = false;
  static override flags = { ...clusterFlags };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(TransactionsDescribe);
    const described = await describeTransactions(await this.cluster(flags), variadic(argv));
    await this.show(described, viewTransactionDescriptions, flags);
  }
}
