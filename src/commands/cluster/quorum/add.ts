import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { viewVoterChange } from '../../../brokers/broker-views.js';
import { addVoter, parseListener, parseVoter } from '../../../brokers/voters.js';
import { KctlCommand } from '../../../cli/command.js';
import { controllerFlags, dryRunFlag } from '../../../cli/flags.js';

export default class ClusterQuorumAdd extends KctlCommand {
  static override summary = 'Make a controller that follows the quorum one of its voters (KIP-853).';
  static override description = 'Its id and directory id are those that cluster quorum shows of an observer.';
  static override examples = [
    '<%= config.bin %> cluster quorum add 4@q1Sh-9_ISia_zwGINzRvyQ --listener CONTROLLER://127.0.0.1:9093 --dry-run || true',
  ];
  static override args = { voter: Args.string({ required: true, description: 'id@directory-id' }) };
  static override flags = {
    ...controllerFlags,
    ...dryRunFlag,
    listener: Flags.string({
      required: true,
      multiple: true,
      multipleNonGreedy: true,
      description: 'where the controller listens, as name://host:port',
      helpValue: '<name://host:port>',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ClusterQuorumAdd);
    const options = {
      voter: parseVoter(args.voter),
      listeners: flags.listener.map(parseListener),
      dryRun: flags['dry-run'],
    };
    await this.show(await addVoter(await this.cluster(flags), options), viewVoterChange, flags);
  }
}
