import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, variadic } from '../../cli/flags.js';
import { viewTopicSizes } from '../../topics/offset-views.js';
import { measureTopics } from '../../topics/size.js';

export default class TopicsSize extends KctlCommand {
  static override summary = 'Show the bytes of topics on disk: of leaders, and of all replicas.';
  static override examples = [
    '<%= config.bin %> topics size',
    "<%= config.bin %> topics size 'bier-*' --by-dir",
    '<%= config.bin %> topics size bier-bar -o json',
  ];
  static override args = { name: Args.string({ description: 'names, globs or /regular expressions/' }) };
  static override strict = false;
  static override flags = {
    ...clusterFlags,
    'by-dir': Flags.boolean({ description: 'show a row for each broker and log directory' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(TopicsSize);
    const sizes = await measureTopics(await this.cluster(flags), { names: variadic(argv) });
    await this.show(sizes, (list) => viewTopicSizes(list, flags['by-dir']), flags);
  }
}
