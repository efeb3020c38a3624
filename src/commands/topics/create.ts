import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { usageError } from '../../base/errors.js';
import { keyValueFlag, parseKeyValue } from '../../base/parse.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, dryRunFlag, variadic } from '../../cli/flags.js';
import { parseReplicaAssignment } from '../../topics/assignment.js';
import { createTopics } from '../../topics/create.js';
import { readTopicsFile } from '../../topics/new-topic.js';
import { viewTopicChanges } from '../../topics/views.js';

export default class TopicsCreate extends KctlCommand {
  static override summary = 'Create topics, and wait until every broker knows them.';
  static override examples = [
    '<%= config.bin %> topics create bier-bar --partitions 3 --replication-factor 1',
    '<%= config.bin %> topics create bier-log --config retention.ms=60000 --config cleanup.policy=delete --if-not-exists',
    '<%= config.bin %> topics create bier-two --replica-assignment 1,1 --dry-run',
    '<%= config.bin %> topics create --file topics.yaml --strict',
  ];
  static override args = { name: Args.string({ description: 'names of the topics' }) };
  static override strict = false;
  static override flags = {
    ...clusterFlags,
    ...dryRunFlag,
    partitions: Flags.integer({ description: "number of partitions (default: the broker's own)" }),
    'replication-factor': Flags.integer({ description: "replicas a partition (default: the broker's own)" }),
    config: Flags.string({ ...keyValueFlag, description: 'a configuration of the topic' }),
    'replica-assignment': Flags.string({
      description: 'brokers of each partition, as 1:2,2:3: the first is the preferred leader',
      exclusive: ['partitions', 'replication-factor'],
      helpValue: '<id:id,…>',
    }),
    file: Flags.string({
      description: 'topics in YAML or JSON: a list of {name, partitions, replicationFactor, configs}',
      helpValue: '<file>',
    }),
    'if-not-exists': Flags.boolean({ description: 'a topic that is there already is no error' }),
    strict: Flags.boolean({ description: 'the same, but exit 5 where it is not as it is asked for' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(TopicsCreate);
    const assignment = flags['replica-assignment'];
    const given = {
      partitions: flags.partitions,
      replicationFactor: flags['replication-factor'],
      assignment: assignment === undefined ? undefined : parseReplicaAssignment(assignment),
      configs: (flags.config ?? []).map(parseKeyValue),
    };
    const named = variadic(argv).map((name) => ({ name, ...given }));
    const topics = flags.file === undefined ? named : [...named, ...(await readTopicsFile(flags.file))];
    if (topics.length === 0) throw usageError('create what?', 'Name topics, or give --file.');
    const { strict, 'if-not-exists': ifNotExists, 'dry-run': dryRun } = flags;
    const cluster = await this.cluster(flags);
    const note = (text: string) => this.streams.note(text);
    const changes = await createTopics(cluster, { topics, ifNotExists, strict, dryRun, note });
    await this.show(changes, viewTopicChanges, flags);
  }
}
