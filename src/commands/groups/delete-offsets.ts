import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, confirmFlags, dryRunFlag, variadic } from '../../cli/flags.js';
import { deleteOffsets } from '../../groups/change.js';
import { viewGroupChanges } from '../../groups/change-views.js';
import { parsePartitionWord } from '../../topics/partitions.js';

export default class GroupsDeleteOffsets extends KctlCommand {
  static override summary = 'Remove what a group has committed for topics or partitions.';
  static override description =
    'The brokers refuse topics that members of the group read. A share group must be empty, and forgets whole topics. It asks first; without a terminal it needs --yes.';
  static override examples = [
    '<%= config.bin %> groups delete-offsets bar-group bier-groups --dry-run',
    '<%= config.bin %> groups delete-offsets bar-group bier-groups:0,1 --yes',
  ];
  static override args = {
    group: Args.string({ required: true, description: 'the group' }),
    topic: Args.string({ required: true, description: 'topics or globs, or partitions as orders:0,2-5' }),
  };
  static override strict = false;
  static override flags = { ...clusterFlags, ...dryRunFlag, ...confirmFlags };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(GroupsDeleteOffsets);
    const [group = '', ...words] = variadic(argv);
    const dryRun = flags['dry-run'];
    if (!dryRun) await this.confirm(`Remove the offsets of ${group} in ${words.join(', ')}?`, flags);
    const request = { group, words: words.map(parsePartitionWord), dryRun };
    await this.show(await deleteOffsets(await this.cluster(flags), request), viewGroupChanges, flags);
  }
}
