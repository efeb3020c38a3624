import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { parseKeyValue } from '../../base/parse.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, dryRunFlag, variadic } from '../../cli/flags.js';
import { parseReplicaAssignment } from '../../topics/assignment.js';
import { createTopics } from '../../topics/create.js';
import { viewTopicChanges } from '../../topics/views.js';

export default class TopicsCreate extends KctlCommand {
  static override summary = 'Create topics, and wait until every broker knows them.';
  static override examples = [
    '<%= config.bin %> topics create bier-bar --partitions 3 --replication-factor 1',
    '<%= config.bin %> topics create bier-log --config retention.ms=60000 --config cleanup.policy=delete --if-not-exists',
    '<%= config.bin %> topics create bier-two --replica-assignment 1,1 --dry-run',
  ];
  static override args = { name: Args.string({ required: true, description: 'names of the topics' }) };
  static override strict = false;
  static override flags = {
    ...clusterFlags,
    ...dryRunFlag,
    partitions: Flags.integer({ description: "number of partitions (default: the broker's own)" }),
    'replication-factor': Flags.integer({ description: "replicas a partition (default: the broker's own)" }),
    config: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'a configuration of the topic',
      helpValue: '<key=value>',
    }),
    'replica-assignment': Flags.string({
      description: 'brokers of each partition, as 1:2,2:3: the first is the preferred leader',
      exclusive: ['partitions', 'replication-factor'],
      helpValue: '<id:id,…>',
    }),
    'if-not-exists': Flags.boolean({ description: 'a topic that is there already is no error' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(TopicsCreate);
    const assignment = flags['replica-assignment'];
    const options = {
      names: variadic(argv),
      partitions: flags.partitions,
      replicationFactor: flags['replication-factor'],
      assignment: assignment === undefined ? undefined : parseReplicaAssignment(assignment),
      configs: (flags.config ?? []).map(parseKeyValue),
      ifNotExists: flags['if-not-exists'],
      dryRun: flags['dry-run'],
    };
    await this.show(await createTopics(await this.cluster(flags), options), viewTopicChanges, flags);
  }
}
