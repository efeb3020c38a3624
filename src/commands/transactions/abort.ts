import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { usageError } from '../../base/errors.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, confirmFlags, dryRunFlag } from '../../cli/flags.js';
import { parsePartitionWord } from '../../topics/partitions.js';
import { abortTransaction } from '../../transactions/hanging.js';
import { viewAbort } from '../../transactions/views.js';

export default class TransactionsAbort extends KctlCommand {
  static override summary = 'End a transaction that hangs in a partition.';
  static override description =
    'Its records are void then. It is for what transactions find-hanging shows: a transaction whose producer still runs is ended by its producer. It asks first; without a terminal it needs --yes.';
  static override examples = ['<%= config.bin %> transactions abort bier-open:0 --start-offset 0 --dry-run'];
  static override args = {
    partition: Args.string({ required: true, description: 'the partition, as orders:0' }),
  };
  static override flags = {
    ...clusterFlags,
    ...dryRunFlag,
    ...confirmFlags,
    'start-offset': Flags.integer({ min: 0, description: 'where the transaction begins' }),
    'producer-id': Flags.string({ description: 'whose it is', exclusive: ['start-offset'] }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TransactionsAbort);
    const { topic, partitions } = parsePartitionWord(args.partition);
    const [partition, ...others] = partitions ?? [];
    const id = flags['producer-id'];
    if (partition === undefined || others.length > 0 || !/^\d{0,18}$/.test(id ?? ''))
      throw usageError(
        'abort takes one partition, and a number',
        'Write for example orders:0 --producer-id 7.',
      );
    const dryRun = flags['dry-run'];
    if (!dryRun) await this.confirm(`Abort the transaction in ${args.partition}?`, flags);
    const producerId = id === undefined ? undefined : BigInt(id);
    const request = {
      partition: { topic, partition },
      producerId,
      startOffset: flags['start-offset'],
      dryRun,
    };
    await this.show(await abortTransaction(await this.cluster(flags), request), viewAbort, flags);
  }
}
