import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, confirmFlags, dryRunFlag, variadic } from '../../cli/flags.js';
import { viewReset } from '../../groups/change-views.js';
import { applyReset, dryReset, planReset } from '../../groups/reset.js';
import { resetFlags, resetRequest } from '../../groups/reset-flags.js';

export default class GroupsReset extends KctlCommand {
  static override summary = 'Set the committed offsets of groups that have no members.';
  static override description =
    'Shows old, new and difference of each partition; of a share group it is where reading starts. New offsets stay inside what the partition holds. It never joins the group; one with live members is refused, and they are named. The old offsets are written to a file that brings them back. It asks first; without a terminal it needs --yes.';
  static override examples = [
    '<%= config.bin %> groups reset bar-group --topic bier-groups --to-earliest --dry-run',
    '<%= config.bin %> groups reset bar-group --topic bier-groups:0,2 --shift-by -1 --yes',
    '<%= config.bin %> groups reset bar-group --all-topics --by-duration 15m --yes -o json',
    '<%= config.bin %> groups reset bar-copy --like bar-group --yes',
    '<%= config.bin %> groups reset bar-share --topic bier-groups --to-earliest --create --type share --dry-run',
  ];
  static override args = { group: Args.string({ description: 'names or globs of groups' }) };
  static override strict = false;
  static override flags = { ...clusterFlags, ...dryRunFlag, ...confirmFlags, ...resetFlags };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(GroupsReset);
    const request = await resetRequest(variadic(argv), flags);
    const cluster = await this.cluster(flags);
    const plan = await planReset(cluster, request);
    if (flags['dry-run'] || plan.resets.length === 0) return this.show(dryReset(plan), viewReset, flags);
    const groups = [...new Set(plan.resets.map(({ group }) => group))].join(', ');
    await this.confirm(`Set ${plan.resets.length} offsets of ${groups}?`, flags);
    await this.show(await applyReset(cluster, plan, flags['undo-file']), viewReset, flags);
  }
}
