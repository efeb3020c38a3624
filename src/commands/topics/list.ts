import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';
import { filterFlags, topicFilter } from '../../topics/flags.js';
import { listTopics } from '../../topics/list.js';
import { viewTopicList } from '../../topics/views.js';

export default class TopicsList extends KctlCommand {
  static override summary = 'List topics.';
  static override description =
    "Kafka's own topics (such as __consumer_offsets) are left out unless --internal is given.";
  static override examples = [
    '<%= config.bin %> topics list',
    "<%= config.bin %> topics list 'bier-*'",
    "<%= config.bin %> topics list '/^bier-[a-z]+$/' -o name",
    '<%= config.bin %> topics list --internal -o json',
    '<%= config.bin %> topics list --under-replicated',
  ];
  static override args = {
    pattern: Args.string({ description: 'a glob, or a regular expression between slashes' }),
  };
  static override flags = {
    ...clusterFlags,
    ...filterFlags,
    internal: Flags.boolean({ description: "show Kafka's own topics too" }),
    'exclude-internal': Flags.boolean({
      description: "leave Kafka's own topics out, as is the default",
      exclusive: ['internal'],
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TopicsList);
    const cluster = await this.cluster(flags);
    await this.show(
      await listTopics(cluster, {
        pattern: args.pattern,
        internal: flags.internal,
        filter: topicFilter(flags),
      }),
      viewTopicList,
      flags,
    );
  }
}
