import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';
import { changeThrottle } from '../../reassign/change-throttle.js';
import { journalFlag, parseThrottle } from '../../reassign/run-flags.js';
import { viewChangedThrottle } from '../../reassign/run-views.js';

export default class ReassignThrottle extends KctlCommand {
  static override summary = 'Change the throttle of the reassignment that is under way.';
  static override examples = [
    '<%= config.bin %> reassign throttle 100MB/s',
    '<%= config.bin %> reassign throttle none',
  ];
  static override args = {
    rate: Args.string({
      required: true,
      description: 'bytes a second that a broker may copy, such as 50MB/s; auto, or none',
    }),
  };
  static override flags = { ...clusterFlags, ...journalFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ReassignThrottle);
    const choice = parseThrottle(args.rate);
    const changed = await changeThrottle(await this.cluster(flags), choice, flags.journal);
    await this.show(changed, viewChangedThrottle, flags);
  }
}
