import { PlannedCommand, plannedFlags } from '../../cli/planned-command.js';
import { leaderRuleFlags } from '../../reassign/flags.js';
import { prepareIntent } from '../../reassign/intent.js';
import { intentRunFlags } from '../../reassign/run-flags.js';

export default class LeadersBalance extends PlannedCommand {
  static override summary = 'Spread leaders over brokers by the order of replicas alone: no data moves.';
  static override description = 'The fewest partitions get another preferred leader, and these are elected.';
  static override examples = [
    '<%= config.bin %> leaders balance --dry-run',
    '<%= config.bin %> leaders balance --topics bier-bar --tolerance 20% --plan-out led.json',
  ];
  static override flags = { ...plannedFlags, ...leaderRuleFlags, ...intentRunFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(LeadersBalance);
    const words = { ...flags, leaders: true };
    await this.pursue(await prepareIntent(await this.cluster(flags), words), flags);
  }
}
