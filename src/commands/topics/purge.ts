import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, confirmFlags, dryRunFlag, variadic } from '../../cli/flags.js';
import { viewPurges } from '../../topics/offset-views.js';
import { parsePartitionWord } from '../../topics/partitions.js';
import { parsePurgePoint, purgeQuestion, purgeTopics } from '../../topics/purge.js';

export default class TopicsPurge extends KctlCommand {
  static override summary = 'Delete the records of topics until now, an offset or a time.';
  static override description =
    'The topics stay. This cannot be undone: it shows how many go and asks first; without a terminal it needs --yes.';
  static override examples = [
    '<%= config.bin %> topics purge bier-bar --dry-run',
    '<%= config.bin %> topics purge bier-bar --before 15m --yes',
    '<%= config.bin %> topics purge bier-bar:0-1 --before 3 --yes',
  ];
  static override args = {
    partition: Args.string({ required: true, description: 'topics or globs, or partitions as orders:0,2-5' }),
  };
  static override strict = false;
  static override flags = {
    ...clusterFlags,
    ...dryRunFlag,
    ...confirmFlags,
    before: Flags.string({
      description:
        'an offset, or a time as 2026-05-01T10:00:00Z or 15m (that long ago); records before it go',
      helpValue: '<point>',
    }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(TopicsPurge);
    const options = {
      words: variadic(argv).map(parsePartitionWord),
      before: parsePurgePoint(flags.before),
      dryRun: flags['dry-run'],
      consent: (plan: Parameters<typeof purgeQuestion>[0]) => this.confirm(purgeQuestion(plan), flags),
    };
    await this.show(await purgeTopics(await this.cluster(flags), options), viewPurges, flags);
  }
}
