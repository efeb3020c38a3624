import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, variadic } from '../../cli/flags.js';
import { describeTopics } from '../../topics/describe.js';
import { filterFlags, topicFilter } from '../../topics/flags.js';
import { viewTopicDescriptions } from '../../topics/views.js';

export default class TopicsDescribe extends KctlCommand {
  static override summary = 'Show leaders, replicas, ISR and configurations of topics.';
  static override description =
    "Without a name it shows every topic that is not Kafka's own. A degraded topic is shown as it is and fails nothing: judge it with the checks.";
  static override examples = [
    '<%= config.bin %> topics describe bier-bar',
    "<%= config.bin %> topics describe 'bier-*' --sizes",
    '<%= config.bin %> topics describe bier-bar -o json',
    '<%= config.bin %> topics describe --under-min-isr --offline',
  ];
  static override args = { name: Args.string({ description: 'names, globs or /regular expressions/' }) };
  static override strict = false;
  static override flags = {
    ...clusterFlags,
    ...filterFlags,
    'exclude-internal': Flags.boolean({
      description: "leave Kafka's own topics out, whatever the names match",
    }),
    sizes: Flags.boolean({ description: 'show the bytes on disk too' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(TopicsDescribe);
    const result = await describeTopics(await this.cluster(flags), {
      names: variadic(argv),
      sizes: flags.sizes,
      filter: topicFilter(flags),
      excludeInternal: flags['exclude-internal'],
    });
    await this.show(result, viewTopicDescriptions, flags);
  }
}
