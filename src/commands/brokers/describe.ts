import * as Args from '@oclif/core/args';
import { viewBrokerDescriptions } from '../../brokers/broker-views.js';
import { describeBrokers } from '../../brokers/describe.js';
import { brokerIds } from '../../brokers/flags.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, variadic } from '../../cli/flags.js';

export default class BrokersDescribe extends KctlCommand {
  static override summary =
    'Describe brokers: what they hold, where, and what was configured while they ran.';
  static override examples = [
    '<%= config.bin %> brokers describe 1',
    '<%= config.bin %> brokers describe -o json',
  ];
  static override args = { id: Args.string({ description: 'ids of brokers; all by default' }) };
  static override strict = false;
  static override flags = clusterFlags;

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(BrokersDescribe);
    const options = { brokers: brokerIds(variadic(argv)) };
    await this.show(await describeBrokers(await this.cluster(flags), options), viewBrokerDescriptions, flags);
  }
}
