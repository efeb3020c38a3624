import * as Args from '@oclif/core/args';
import { brokerIds } from '../../brokers/flags.js';
import { variadic } from '../../cli/flags.js';
import { PlannedCommand, plannedFlags } from '../../cli/planned-command.js';
import { ruleFlags } from '../../reassign/flags.js';
import { prepareIntent } from '../../reassign/intent.js';
import { intentRunFlags } from '../../reassign/run-flags.js';

export default class BrokersFill extends PlannedCommand {
  static override summary = 'Give new brokers their fair share, with the fewest bytes moved.';
  static override description =
    'Replicas go to these brokers only, until each is within the tolerance of its fair share of bytes and replicas.';
  static override examples = [
    '<%= config.bin %> brokers fill 3 --dry-run',
    '<%= config.bin %> brokers fill 3 --tolerance 20% --plan-out filled.json',
  ];
  static override args = { id: Args.string({ required: true, description: 'ids of brokers' }) };
  static override strict = false;
  static override flags = { ...plannedFlags, ...ruleFlags, ...intentRunFlags };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(BrokersFill);
    const words = { ...flags, fill: brokerIds(variadic(argv)) };
    await this.pursue(await prepareIntent(await this.cluster(flags), words), flags);
  }
}
