import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { viewStopCheck } from '../../brokers/broker-views.js';
import { canStop } from '../../brokers/can-stop.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';

export default class BrokersCanStop extends KctlCommand {
  static override summary =
    'Say whether a broker can be stopped without a partition falling below its min ISR.';
  static override description =
    'Exit 0 if so, 5 if not. In KRaft the majority of the quorum counts too. With --wait it looks again until it can, or until --timeout.';
  static override examples = [
    '<%= config.bin %> brokers can-stop 1 || echo "not now"',
    '<%= config.bin %> brokers can-stop 1 --margin 1 --wait --timeout 3s || true',
  ];
  static override args = {
    id: Args.integer({ required: true, min: 0, description: 'the id of the broker' }),
  };
  static override flags = {
    ...clusterFlags,
    margin: Flags.integer({
      min: 0,
      default: 0,
      description: 'replicas in sync to be left beyond min.insync.replicas',
    }),
    wait: Flags.boolean({ description: 'wait until it can be stopped' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(BrokersCanStop);
    const options = { broker: args.id, margin: flags.margin, wait: flags.wait };
    await this.show(await canStop(await this.cluster(flags), options), viewStopCheck, flags);
  }
}
