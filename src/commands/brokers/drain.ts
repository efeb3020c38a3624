import * as Args from '@oclif/core/args';
import { brokerIds } from '../../brokers/flags.js';
import { variadic } from '../../cli/flags.js';
import { PlannedCommand, plannedFlags } from '../../cli/planned-command.js';
import { moveRuleFlags } from '../../reassign/flags.js';
import { prepareIntent } from '../../reassign/intent.js';
import { intentRunFlags } from '../../reassign/run-flags.js';

export default class BrokersDrain extends PlannedCommand {
  static override summary = 'Move all replicas off brokers, and nothing else, to decommission them.';
  static override description =
    'Those of internal topics too. Before that the brokers are cordoned, where they can be (Kafka 4.3), so that no new topic comes to them; "configs unset --broker ID cordoned.log.dirs" opens them again, and so do "reassign cancel" and "reassign rollback".';
  static override examples = [
    '<%= config.bin %> brokers drain 3 --dry-run',
    '<%= config.bin %> brokers drain 3 --broker-ids 1,2 --plan-out drained.json',
  ];
  static override args = { id: Args.string({ required: true, description: 'ids of brokers' }) };
  static override strict = false;
  static override flags = { ...plannedFlags, ...moveRuleFlags, ...intentRunFlags };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(BrokersDrain);
    const words = { ...flags, drain: brokerIds(variadic(argv)) };
    await this.pursue(await prepareIntent(await this.cluster(flags), words), flags);
  }
}
