import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, confirmFlags, dryRunFlag, variadic } from '../../cli/flags.js';
import { deleteTopics } from '../../topics/delete.js';
import { viewTopicChanges } from '../../topics/views.js';

export default class TopicsDelete extends KctlCommand {
  static override summary = 'Delete topics and all their records.';
  static override description = 'This cannot be undone. It asks first; without a terminal it needs --yes.';
  static override examples = [
    '<%= config.bin %> topics delete bier-bar --dry-run',
    '<%= config.bin %> topics delete bier-bar bier-log --yes',
  ];
  static override args = { name: Args.string({ required: true, description: 'names of the topics' }) };
  static override strict = false;
  static override flags = { ...clusterFlags, ...dryRunFlag, ...confirmFlags };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(TopicsDelete);
    const names = variadic(argv);
    const dryRun = flags['dry-run'];
    if (!dryRun) await this.confirm(`Delete ${names.join(', ')} and all records?`, flags);
    await this.show(
      await deleteTopics(await this.cluster(flags), { names, dryRun }),
      viewTopicChanges,
      flags,
    );
  }
}
