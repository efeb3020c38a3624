import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, variadic } from '../../cli/flags.js';
import { describeGroups } from '../../groups/describe.js';
import { viewGroupDescriptions } from '../../groups/views.js';

export default class GroupsDescribe extends KctlCommand {
  static override summary = 'Describe groups: members, what each has, committed offsets and lag.';
  static override examples = [
    '<%= config.bin %> groups describe bar-group',
    "<%= config.bin %> groups describe 'bar-*' -o json",
  ];
  static override args = { group: Args.string({ description: 'names or globs of groups; all without any' }) };
  static override strict = false;
  static override flags = { ...clusterFlags };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(GroupsDescribe);
    const described = await describeGroups(await this.cluster(flags), variadic(argv));
    await this.show(described, viewGroupDescriptions, flags);
  }
}
