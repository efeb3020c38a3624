import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { usageError } from '../../base/errors.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, confirmFlags, dryRunFlag, variadic } from '../../cli/flags.js';
import { removeMembers } from '../../groups/change.js';
import { viewGroupChanges } from '../../groups/change-views.js';

export default class GroupsRemoveMembers extends KctlCommand {
  static override summary = 'Take members out of a group, above all static ones that will not come back.';
  static override description =
    'Of classic and consumer groups. A member that still runs joins again by itself. It asks first; without a terminal it needs --yes.';
  static override examples = ['<%= config.bin %> groups remove-members bar-group --all --dry-run'];
  static override args = {
    group: Args.string({ required: true, description: 'the group' }),
    member: Args.string({ description: 'names of static members, or member ids' }),
  };
  static override strict = false;
  static override flags = {
    ...clusterFlags,
    ...dryRunFlag,
    ...confirmFlags,
    all: Flags.boolean({ description: 'all members' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(GroupsRemoveMembers);
    const [group = '', ...members] = variadic(argv);
    if ((members.length === 0) !== flags.all)
      throw usageError('take out which members?', 'Name them, or write --all.');
    const dryRun = flags['dry-run'];
    const question = `Take ${flags.all ? 'all members' : members.join(', ')} out of ${group}?`;
    if (!dryRun) await this.confirm(question, flags);
    const changes = await removeMembers(await this.cluster(flags), { group, members, dryRun });
    await this.show(changes, viewGroupChanges, flags);
  }
}
