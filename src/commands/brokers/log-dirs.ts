import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { describeLogDirs } from '../../brokers/describe-log-dirs.js';
import { brokerIds } from '../../brokers/flags.js';
import { viewLogDirs } from '../../brokers/log-dir-views.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, variadic } from '../../cli/flags.js';

export default class BrokersLogDirs extends KctlCommand {
  static override summary =
    'Show the log directories of brokers: bytes, lag, future replicas, room on the volume.';
  static override examples = [
    '<%= config.bin %> brokers log-dirs',
    '<%= config.bin %> brokers log-dirs 1 --topic bier-bar --replicas',
    '<%= config.bin %> brokers log-dirs -o json',
  ];
  static override args = {
    id: Args.string({ description: 'ids of brokers; all that are alive by default' }),
  };
  static override strict = false;
  static override flags = {
    ...clusterFlags,
    topic: Flags.string({
      description: 'only replicas of a topic, a glob or a /regular expression/',
      helpValue: '<topic>',
      multiple: true,
      multipleNonGreedy: true,
    }),
    replicas: Flags.boolean({ description: 'show a row a replica, not a directory' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(BrokersLogDirs);
    const options = { brokers: brokerIds(variadic(argv)), topics: flags.topic ?? [] };
    const dirs = await describeLogDirs(await this.cluster(flags), options);
    await this.show(dirs, (list) => viewLogDirs(list, flags.replicas), flags);
  }
}
