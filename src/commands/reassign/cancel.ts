import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';
import { openRunFlags } from '../../reassign/run-flags.js';
import { howToGoOn, runTeller } from '../../reassign/run-output.js';
import { viewRun } from '../../reassign/run-views.js';
import { cancelRun } from '../../reassign/runs.js';

export default class ReassignCancel extends KctlCommand {
  static override summary = 'Take back what is under way of a reassignment, and put throttles back.';
  static override description =
    'What is done stays: "reassign rollback" brings it back. A kctl that carries the plan out at the moment is told to stop. What another tool began is taken over by "reassign adopt" first.';
  static override examples = ['<%= config.bin %> reassign cancel'];
  static override flags = {
    ...clusterFlags,
    ...openRunFlags,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(ReassignCancel);
    const run = await cancelRun(await this.cluster(flags), {
      journal: flags.journal,
      forgetsAway: flags['forget-away'],
      signal: this.interrupted,
      tell: runTeller(this.streams, this.format(flags)),
    });
    await this.show(run, viewRun, flags);
    for (const line of howToGoOn(run, flags)) this.streams.note(line);
  }
}
