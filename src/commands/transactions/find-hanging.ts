import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, durationFlag, variadic } from '../../cli/flags.js';
import { parsePartitionWord } from '../../topics/partitions.js';
import { findHanging } from '../../transactions/hanging.js';
import { viewHanging } from '../../transactions/views.js';

const defaultTimeoutMs = 15 * 60 * 1000;

export default class TransactionsFindHanging extends KctlCommand {
  static override summary = 'Find transactions that nobody will end.';
  static override description =
    'They are open in a partition for longer than any transaction may be, and their coordinator does not know of them there: whoever reads committed data waits for them. End one with: kctl transactions abort';
  static override examples = [
    '<%= config.bin %> transactions find-hanging',
    '<%= config.bin %> transactions find-hanging bier-bar --max-transaction-timeout 30m -o json',
  ];
  static override args = {
    topic: Args.string({ description: 'topics or globs, or partitions as orders:0,2-5' }),
  };
  static override strict = false;
  static override flags = {
    ...clusterFlags,
    'max-transaction-timeout': durationFlag({
      description: 'the longest that a transaction may be open: transaction.max.timeout.ms (default 15m)',
      default: defaultTimeoutMs,
    }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(TransactionsFindHanging);
    const words = variadic(argv).map(parsePartitionWord);
    const options = { words, maxTransactionTimeoutMs: flags['max-transaction-timeout'] };
    await this.show(await findHanging(await this.cluster(flags), options), viewHanging, flags);
  }
}
