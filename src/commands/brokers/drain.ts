import * as Args from '@oclif/core/args';
import { brokerIds } from '../../brokers/flags.js';
import { clusterFlags, confirmFlags, dryRunFlag, variadic } from '../../cli/flags.js';
import { PlannedCommand } from '../../cli/planned-command.js';
import { moveRuleFlags, planFileFlag } from '../../reassign/flags.js';
import { prepareIntent } from '../../reassign/intent.js';
import { runFlags } from '../../reassign/run-flags.js';

export default class BrokersDrain extends PlannedCommand {
  static override summary = 'Move all replicas off brokers, and nothing else, to decommission them.';
  static override description =
    'Those of internal topics too. Before that the brokers are cordoned, where they can be (Kafka 4.3), so that no new replica comes to them; "configs unset --broker ID cordoned.log.dirs" opens them again.';
  static override examples = [
    '<%= config.bin %> brokers drain 3 --dry-run',
    '<%= config.bin %> brokers drain 3 --broker-ids 1,2 --plan-out drained.json',
  ];
  static override args = { id: Args.string({ required: true, description: 'ids of brokers' }) };
  static override strict = false;
  static override flags = {
    ...clusterFlags,
    ...moveRuleFlags,
    ...planFileFlag,
    ...runFlags,
    ...dryRunFlag,
    ...confirmFlags,
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(BrokersDrain);
    const words = { ...flags, drain: brokerIds(variadic(argv)) };
    await this.pursue(await prepareIntent(await this.cluster(flags), words), flags);
  }
}
