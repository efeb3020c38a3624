import * as Args from '@oclif/core/args';
import { showBytes } from '../../base/units.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, confirmFlags, dryRunFlag } from '../../cli/flags.js';
import { applyPlan } from '../../reassign/apply.js';
import { readPlanFile } from '../../reassign/files.js';
import { applyOptions, runFlags } from '../../reassign/run-flags.js';
import { howToGoOn } from '../../reassign/run-output.js';
import { viewRun } from '../../reassign/run-views.js';

export default class ReassignApply extends KctlCommand {
  static override summary = 'Carry out a plan to its end: checked, throttled, written down, verified.';
  static override description =
    'Ctrl-C detaches: what is under way goes on, throttled, and the journal stays open for "reassign resume" and "reassign cancel". Throttles that were there before are put back at the end.';
  static override examples = [
    '<%= config.bin %> reassign apply plan.json --dry-run',
    '<%= config.bin %> reassign apply plan.json --yes --throttle 50MB/s',
  ];
  static override args = { plan: Args.string({ required: true, description: 'a file of --plan-out' }) };
  static override flags = { ...clusterFlags, ...dryRunFlag, ...confirmFlags, ...runFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ReassignApply);
    const plan = readPlanFile(args.plan);
    const copied = plan.bytesToMove === null ? '' : `, copying ${showBytes(plan.bytesToMove)}`;
    if (!flags['dry-run']) await this.confirm(`Move ${plan.moves.length} partitions${copied}?`, flags);
    const output = { streams: this.streams, format: this.format(flags), signal: this.interrupted };
    const run = await applyPlan(await this.cluster(flags), plan, applyOptions(flags, output));
    await this.show(run, viewRun, flags);
    for (const line of howToGoOn(run, flags)) this.streams.note(line);
  }
}
