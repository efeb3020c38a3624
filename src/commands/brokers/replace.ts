import * as Args from '@oclif/core/args';
import { brokerIds } from '../../brokers/flags.js';
import { PlannedCommand, plannedFlags } from '../../cli/planned-command.js';
import { moveRuleFlags } from '../../reassign/flags.js';
import { prepareIntent } from '../../reassign/intent.js';
import { intentRunFlags } from '../../reassign/run-flags.js';

export default class BrokersReplace extends PlannedCommand {
  static override summary = 'Let a broker take over the replicas of another, in their places.';
  static override description =
    'Where the new one holds a replica of a partition already, another broker takes the second. The old one may be away, if its partitions have other replicas.';
  static override examples = ['<%= config.bin %> brokers replace 1 3 --dry-run'];
  static override args = {
    old: Args.string({ required: true, description: 'the broker that goes' }),
    new: Args.string({ required: true, description: 'the broker that comes' }),
  };
  static override flags = { ...plannedFlags, ...moveRuleFlags, ...intentRunFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(BrokersReplace);
    const [from = 0, to = 0] = brokerIds([args.old, args.new]);
    const words = { ...flags, replace: [{ from, to }] };
    await this.pursue(await prepareIntent(await this.cluster(flags), words), flags);
  }
}
