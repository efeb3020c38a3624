import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, dryRunFlag, variadic } from '../../cli/flags.js';
import { alterTopics } from '../../topics/alter.js';
import { parseReplicaAssignment } from '../../topics/assignment.js';
import { viewTopicChanges } from '../../topics/views.js';

export default class TopicsAlter extends KctlCommand {
  static override summary = 'Give topics more partitions.';
  static override description =
    'There is no way back to fewer. Records with a key go to other partitions from then on. Configurations: kctl configs set.';
  static override examples = [
    '<%= config.bin %> topics alter bier-more --partitions 6 --dry-run',
    '<%= config.bin %> topics alter bier-more --partitions 6',
  ];
  static override args = {
    name: Args.string({ required: true, description: 'names, globs or /regular expressions/' }),
  };
  static override strict = false;
  static override flags = {
    ...clusterFlags,
    ...dryRunFlag,
    partitions: Flags.integer({ required: true, description: 'number of partitions in all' }),
    'replica-assignment': Flags.string({
      description: 'brokers of each new partition, as 1:2,2:3: the first is the preferred leader',
      helpValue: '<id:id,…>',
    }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(TopicsAlter);
    const assignment = flags['replica-assignment'];
    const options = {
      names: variadic(argv),
      partitions: flags.partitions,
      assignment: assignment === undefined ? undefined : parseReplicaAssignment(assignment),
      dryRun: flags['dry-run'],
    };
    await this.show(await alterTopics(await this.cluster(flags), options), viewTopicChanges, flags);
  }
}
