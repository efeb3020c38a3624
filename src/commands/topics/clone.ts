import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { parseKeyValue } from '../../base/parse.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, dryRunFlag } from '../../cli/flags.js';
import { cloneTopic } from '../../topics/clone.js';
import { viewTopicChanges } from '../../topics/views.js';

export default class TopicsClone extends KctlCommand {
  static override summary = 'Create a topic like another: partitions, replication factor and configurations.';
  static override description =
    'Records are not copied. What is given by a flag wins over what the other topic has.';
  static override examples = ['<%= config.bin %> topics clone bier-bar copy-of-bier --dry-run'];
  static override args = {
    source: Args.string({ required: true, description: 'the topic that is there' }),
    name: Args.string({ required: true, description: 'the name of the new one' }),
  };
  static override flags = {
    ...clusterFlags,
    ...dryRunFlag,
    partitions: Flags.integer({ description: 'number of partitions' }),
    'replication-factor': Flags.integer({ description: 'replicas a partition' }),
    config: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'a configuration of the new topic',
      helpValue: '<key=value>',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TopicsClone);
    const options = {
      ...args,
      partitions: flags.partitions,
      replicationFactor: flags['replication-factor'],
      configs: (flags.config ?? []).map(parseKeyValue),
      dryRun: flags['dry-run'],
    };
    await this.show(await cloneTopic(await this.cluster(flags), options), viewTopicChanges, flags);
  }
}
