import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, confirmFlags } from '../../cli/flags.js';
import { adoptReassignments } from '../../reassign/adopt.js';
import { adoptFlags, limitsOf } from '../../reassign/run-flags.js';
import { howToGoOn, runTeller } from '../../reassign/run-output.js';
import { viewRun } from '../../reassign/run-views.js';

export default class ReassignAdopt extends KctlCommand {
  static override summary = 'Take over what another tool has begun to reassign, and bring it to its end.';
  static override description =
    "Throttles that look like those of Kafka's own tool for just these moves are lifted at the end, as its --verify would; others stay.";
  static override examples = ['<%= config.bin %> reassign adopt --yes'];
  static override flags = { ...clusterFlags, ...confirmFlags, ...adoptFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(ReassignAdopt);
    await this.confirm('Take over all that is being reassigned on the cluster?', flags);
    const run = await adoptReassignments(await this.cluster(flags), {
      journal: flags.journal,
      throttle: flags.throttle,
      limits: limitsOf(flags),
      signal: this.interrupted,
      tell: runTeller(this.streams, this.format(flags)),
    });
    await this.show(run, viewRun, flags);
    for (const line of howToGoOn(run, flags)) this.streams.note(line);
  }
}
