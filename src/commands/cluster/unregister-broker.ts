import * as Args from '@oclif/core/args';
import { viewUnregistration } from '../../brokers/broker-views.js';
import { unregisterBroker } from '../../brokers/unregister.js';
import { KctlCommand } from '../../cli/command.js';
import { confirmFlags, controllerFlags, dryRunFlag } from '../../cli/flags.js';

export default class ClusterUnregisterBroker extends KctlCommand {
  static override summary = 'Make the cluster forget a broker that is away for good (KRaft).';
  static override description = 'It asks first; without a terminal it needs --yes.';
  static override examples = [
    '<%= config.bin %> cluster unregister-broker 7 --dry-run || echo "with ZooKeeper there is no register"',
  ];
  static override args = {
    id: Args.integer({ required: true, min: 0, description: 'the id of the broker' }),
  };
  static override flags = { ...controllerFlags, ...dryRunFlag, ...confirmFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ClusterUnregisterBroker);
    const dryRun = flags['dry-run'];
    if (!dryRun) await this.confirm(`Forget broker ${args.id}?`, flags);
    const change = await unregisterBroker(await this.cluster(flags), { broker: args.id, dryRun });
    await this.show(change, viewUnregistration, flags);
  }
}
