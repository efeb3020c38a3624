import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, confirmFlags, dryRunFlag } from '../../cli/flags.js';
import { viewPurges } from '../../topics/offset-views.js';
import { readRecordsFile } from '../../topics/partitions.js';
import { purgeQuestion, purgeTopics } from '../../topics/purge.js';

export default class TopicsDeleteRecords extends KctlCommand {
  static override summary = 'Delete the records of partitions before the offsets that a file names.';
  static override description =
    "It reads the file of Kafka's own tool; offset -1 stands for all. This cannot be undone: it asks first; without a terminal it needs --yes.";
  static override examples = [
    `echo '{"partitions": [{"topic": "bier-bar", "partition": 0, "offset": -1}], "version": 1}' | <%= config.bin %> topics delete-records --file - --yes`,
  ];
  static override flags = {
    ...clusterFlags,
    ...dryRunFlag,
    ...confirmFlags,
    file: Flags.string({
      required: true,
      description: '{"partitions": [{"topic": …, "partition": …, "offset": …}]} ("-" is standard input)',
      helpValue: '<file>',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(TopicsDeleteRecords);
    const { words, before } = await readRecordsFile(flags.file);
    const consent = (plan: Parameters<typeof purgeQuestion>[0]) => this.confirm(purgeQuestion(plan), flags);
    const options = { words, before, dryRun: flags['dry-run'], consent };
    await this.show(await purgeTopics(await this.cluster(flags), options), viewPurges, flags);
  }
}
