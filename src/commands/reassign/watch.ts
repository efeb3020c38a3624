import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';
import { journalFlag } from '../../reassign/run-flags.js';
import { runTeller } from '../../reassign/run-output.js';
import { viewStatus } from '../../reassign/run-views.js';
import { watchReassignments } from '../../reassign/watch.js';

export default class ReassignWatch extends KctlCommand {
  static override summary = 'Watch what is being reassigned, by whoever, until nothing is.';
  static override description = 'It changes nothing: Ctrl-C ends the watching only.';
  static override examples = ['<%= config.bin %> reassign watch'];
  static override flags = { ...clusterFlags, ...journalFlag };

  async run(): Promise<void> {
    const { flags } = await this.parse(ReassignWatch);
    const status = await watchReassignments(await this.cluster(flags), {
      journal: flags.journal,
      signal: this.interrupted,
      tell: runTeller(this.streams, this.format(flags)),
    });
    await this.show(status, viewStatus, flags);
  }
}
