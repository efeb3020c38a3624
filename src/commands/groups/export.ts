import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, variadic } from '../../cli/flags.js';
import { exportOffsets, viewExport } from '../../groups/export.js';

export default class GroupsExport extends KctlCommand {
  static override summary = 'Write what groups have committed, as CSV or JSON, to be set again.';
  static override description = "The CSV is that of Kafka's own tool; groups reset --from-file reads both.";
  static override examples = [
    '<%= config.bin %> groups export bar-group',
    '<%= config.bin %> groups export bar-group -o json',
  ];
  static override args = { group: Args.string({ description: 'names or globs of groups; all without any' }) };
  static override strict = false;
  static override flags = { ...clusterFlags };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(GroupsExport);
    await this.show(await exportOffsets(await this.cluster(flags), variadic(argv)), viewExport, flags);
  }
}
