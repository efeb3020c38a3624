import * as Args from '@oclif/core/args';
import { PlannedCommand, plannedFlags } from '../../cli/planned-command.js';
import { placementRuleFlags } from '../../reassign/flags.js';
import { prepareIntent } from '../../reassign/intent.js';
import { parseFactor } from '../../reassign/request.js';
import { intentRunFlags } from '../../reassign/run-flags.js';

export default class TopicsSetRf extends PlannedCommand {
  static override summary = 'Change how many replicas the partitions of topics have.';
  static override description =
    'New replicas go to the emptiest brokers of racks without one; of those that are too many, the leader stays.';
  static override examples = [
    '<%= config.bin %> topics set-rf bier-bar 2 --dry-run',
    '<%= config.bin %> topics set-rf bier-bar bier-log 3 --plan-out more.json',
  ];
  static override args = {
    name: Args.string({ required: true, description: 'names, globs or /regular expressions/' }),
    factor: Args.string({ required: true, description: 'replicas of each partition' }),
  };
  static override strict = false;
  static override flags = { ...plannedFlags, ...placementRuleFlags, ...intentRunFlags };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(TopicsSetRf);
    const { names, factor } = parseFactor(argv.map(String));
    const words = { ...flags, topics: names, 'replication-factor': factor };
    await this.pursue(await prepareIntent(await this.cluster(flags), words), flags);
  }
}
