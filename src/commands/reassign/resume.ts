import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';
import { openRunFlags } from '../../reassign/run-flags.js';
import { howToGoOn, runTeller } from '../../reassign/run-output.js';
import { viewRun } from '../../reassign/run-views.js';
import { resumeRun } from '../../reassign/runs.js';

export default class ReassignResume extends KctlCommand {
  static override summary =
    'Go on with a reassignment that was left: after Ctrl-C, a crash, or a broker that was away.';
  static override examples = [
    '<%= config.bin %> reassign resume',
    '<%= config.bin %> reassign resume --journal reassign.ndjson',
  ];
  static override flags = {
    ...clusterFlags,
    ...openRunFlags,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(ReassignResume);
    const run = await resumeRun(await this.cluster(flags), {
      journal: flags.journal,
      forgetsAway: flags['forget-away'],
      signal: this.interrupted,
      tell: runTeller(this.streams, this.format(flags)),
    });
    await this.show(run, viewRun, flags);
    for (const line of howToGoOn(run, flags)) this.streams.note(line);
  }
}
