import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, confirmFlags, dryRunFlag, variadic } from '../../cli/flags.js';
import { deleteGroups } from '../../groups/change.js';
import { viewGroupChanges } from '../../groups/change-views.js';

export default class GroupsDelete extends KctlCommand {
  static override summary = 'Delete groups with all that they have committed.';
  static override description =
    'The brokers refuse groups that have members. It asks first; without a terminal it needs --yes.';
  static override examples = [
    '<%= config.bin %> groups delete bar-group --dry-run',
    "<%= config.bin %> groups delete bar-group 'bar-old-*' --yes",
  ];
  static override args = { group: Args.string({ required: true, description: 'names or globs of groups' }) };
  static override strict = false;
  static override flags = { ...clusterFlags, ...dryRunFlag, ...confirmFlags };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(GroupsDelete);
    const groups = variadic(argv);
    const dryRun = flags['dry-run'];
    if (!dryRun) await this.confirm(`Delete ${groups.join(', ')} and all committed offsets?`, flags);
    const changes = await deleteGroups(await this.cluster(flags), { groups, dryRun });
    await this.show(changes, viewGroupChanges, flags);
  }
}
