import * as Args from '@oclif/core/args';
import { viewVoterChange } from '../../../brokers/broker-views.js';
import { parseVoter, removeVoter } from '../../../brokers/voters.js';
import { KctlCommand } from '../../../cli/command.js';
import { confirmFlags, controllerFlags, dryRunFlag } from '../../../cli/flags.js';

export default class ClusterQuorumRemove extends KctlCommand {
  static override summary = 'Take a voter out of the quorum of controllers (KIP-853).';
  static override description =
    'It goes on as an observer. It asks first; without a terminal it needs --yes.';
  static override examples = [
    '<%= config.bin %> cluster quorum remove 4@q1Sh-9_ISia_zwGINzRvyQ --dry-run || true',
  ];
  static override args = { voter: Args.string({ required: true, description: 'id@directory-id' }) };
  static override flags = { ...controllerFlags, ...dryRunFlag, ...confirmFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ClusterQuorumRemove);
    const voter = parseVoter(args.voter);
    const dryRun = flags['dry-run'];
    if (!dryRun) await this.confirm(`Take voter ${voter.id} out of the quorum?`, flags);
    await this.show(await removeVoter(await this.cluster(flags), { voter, dryRun }), viewVoterChange, flags);
  }
}
