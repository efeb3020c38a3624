import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, variadic } from '../../cli/flags.js';
import { peekGroup, viewPeek } from '../../groups/peek.js';
import { parsePartitionWord } from '../../topics/partitions.js';

export default class GroupsPeek extends KctlCommand {
  static override summary = 'Show the records around the committed offsets of a group.';
  static override description =
    'The record at distance 0 is the one that the group reads next: where it does not get on, that is the one to look at. The group is not touched.';
  static override examples = [
    '<%= config.bin %> groups peek bar-group',
    '<%= config.bin %> groups peek bar-group bier-groups:0 --before 2 --after 1 -o json',
  ];
  static override args = {
    group: Args.string({ required: true, description: 'the group' }),
    topic: Args.string({ description: 'topics or globs, or partitions as orders:0,2-5' }),
  };
  static override strict = false;
  static override flags = {
    ...clusterFlags,
    before: Flags.integer({ min: 0, max: 1000, default: 1, description: 'records before the offset' }),
    after: Flags.integer({ min: 0, max: 1000, default: 1, description: 'records from the offset on' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(GroupsPeek);
    const [group = '', ...words] = variadic(argv);
    const { before, after } = flags;
    const request = { group, words: words.map(parsePartitionWord), before, after };
    await this.show(await peekGroup(await this.cluster(flags), request), viewPeek, flags);
  }
}
