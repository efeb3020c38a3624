import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';
import { journalFlag } from '../../reassign/run-flags.js';
import { viewStatus } from '../../reassign/run-views.js';
import { reassignmentStatus } from '../../reassign/status.js';

export default class ReassignStatus extends KctlCommand {
  static override summary = 'Show what is being reassigned, by whoever, and whether a journal is open.';
  static override examples = [
    '<%= config.bin %> reassign status',
    '<%= config.bin %> reassign status -o json',
  ];
  static override flags = { ...clusterFlags, ...journalFlag };

  async run(): Promise<void> {
    const { flags } = await this.parse(ReassignStatus);
    const status = await reassignmentStatus(await this.cluster(flags), flags.journal);
    await this.show(status, viewStatus, flags);
  }
}
