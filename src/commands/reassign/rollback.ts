import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, confirmFlags, dryRunFlag } from '../../cli/flags.js';
import { applyPlan } from '../../reassign/apply.js';
import { applyOptions, runFlags } from '../../reassign/run-flags.js';
import { howToGoOn } from '../../reassign/run-output.js';
import { viewRun } from '../../reassign/run-views.js';
import { planRollback } from '../../reassign/runs.js';

export default class ReassignRollback extends KctlCommand {
  static override summary = 'Bring back what the last reassignment has moved.';
  static override description =
    'Replicas that were given up are copied again. Partitions that have been moved again since are not touched: then nothing is.';
  static override examples = [
    '<%= config.bin %> reassign rollback --dry-run',
    '<%= config.bin %> reassign rollback --yes',
  ];
  static override flags = { ...clusterFlags, ...dryRunFlag, ...confirmFlags, ...runFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(ReassignRollback);
    const cluster = await this.cluster(flags);
    const plan = await planRollback(cluster, flags.journal);
    if (!flags['dry-run']) await this.confirm(`Move ${plan.moves.length} partitions back?`, flags);
    const output = { streams: this.streams, format: this.format(flags), signal: this.interrupted };
    const run = await applyPlan(cluster, plan, applyOptions(flags, output));
    await this.show(run, viewRun, flags);
    for (const line of howToGoOn(run, flags)) this.streams.note(line);
  }
}
