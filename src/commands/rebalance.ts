import { PlannedCommand, plannedFlags } from '../cli/planned-command.js';
import { ruleFlags } from '../reassign/flags.js';
import { prepareIntent } from '../reassign/intent.js';
import { intentRunFlags } from '../reassign/run-flags.js';

export default class Rebalance extends PlannedCommand {
  static override summary =
    'Bring brokers within a tolerance of their fair share, with the fewest bytes moved.';
  static override description =
    'Replicas, bytes and leaders of each broker come within the tolerance; where that cannot be reached the plan says so. The plan is shown first, with how few bytes any plan could do with.';
  static override examples = [
    '<%= config.bin %> rebalance --dry-run',
    "<%= config.bin %> rebalance --topics 'bier-*' --tolerance 20% --dry-run",
    '<%= config.bin %> rebalance --plan-out balanced.json',
  ];
  static override flags = { ...plannedFlags, ...ruleFlags, ...intentRunFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(Rebalance);
    const words = { ...flags, rebalance: true };
    await this.pursue(await prepareIntent(await this.cluster(flags), words), flags);
  }
}
