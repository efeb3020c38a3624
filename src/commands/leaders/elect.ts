import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { usageError } from '../../base/errors.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, dryRunFlag, typedConfirmFlags, variadic } from '../../cli/flags.js';
import { electLeaders } from '../../leaders/elect.js';
import { viewElections } from '../../leaders/views.js';
import { parsePartitionWord, readPartitionsFile } from '../../topics/partitions.js';

export default class LeadersElect extends KctlCommand {
  static override summary = 'Elect preferred leaders, or by force a leader where there is none.';
  static override description =
    'Partitions that need no election are left alone. An unclean election takes a replica that is not in sync: records that only others have are lost for ever.';
  static override examples = [
    '<%= config.bin %> leaders elect bier-bar bier-log:0,1-2',
    '<%= config.bin %> leaders elect --all --dry-run',
    '<%= config.bin %> leaders elect bier-bar:0 --unclean --dry-run',
  ];
  static override args = {
    partition: Args.string({ description: 'topics or globs, or partitions as orders:0,2-5' }),
  };
  static override strict = false;
  static override flags = {
    ...clusterFlags,
    ...dryRunFlag,
    ...typedConfirmFlags,
    all: Flags.boolean({ description: 'all partitions of all topics' }),
    file: Flags.string({
      description:
        'partitions, as Kafka\'s own tool reads them: {"partitions": [{"topic": …, "partition": …}]}',
      helpValue: '<file>',
    }),
    unclean: Flags.boolean({ description: 'elect a replica that is not in sync where no leader is left' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(LeadersElect);
    const read = flags.file === undefined ? [] : await readPartitionsFile(flags.file);
    const words = [
      ...variadic(argv).map(parsePartitionWord),
      ...read.map(({ topic, partition }) => ({ topic, partitions: [partition] })),
      ...(flags.all ? [{ topic: '*', partitions: null }] : []),
    ];
    if (words.length === 0)
      throw usageError('elect leaders of what?', 'Name topics or partitions, or write --all.');
    const dryRun = flags['dry-run'];
    const type = flags.unclean ? 'unclean' : 'preferred';
    if (flags.unclean && !dryRun)
      await this.confirmTyped('An unclean election loses records for ever.', 'unclean', flags);
    const elections = await electLeaders(await this.cluster(flags), { words, type, dryRun });
    await this.show(elections, (list) => viewElections(list, flags.verbose), flags);
  }
}
