import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, durationFlag, variadic } from '../../cli/flags.js';
import { listTransactions } from '../../transactions/list.js';
import { viewTransactions } from '../../transactions/views.js';

export default class TransactionsList extends KctlCommand {
  static override summary = 'List transactional ids and the state of their transactions.';
  static override examples = [
    '<%= config.bin %> transactions list',
    '<%= config.bin %> transactions list --state Ongoing -o json',
  ];
  static override args = {
    pattern: Args.string({ description: 'globs, or regular expressions between slashes' }),
  };
  static override strict = false;
  static override flags = {
    ...clusterFlags,
    state: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: "only these: Ongoing, Empty and Kafka's other names",
    }),
    'older-than': durationFlag({
      description: 'only those that are under way for longer (Kafka 3.8 and later)',
    }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(TransactionsList);
    const { state: states = [], 'older-than': olderThanMs } = flags;
    const options = { patterns: variadic(argv), states, producerIds: [], olderThanMs };
    await this.show(await listTransactions(await this.cluster(flags), options), viewTransactions, flags);
  }
}
