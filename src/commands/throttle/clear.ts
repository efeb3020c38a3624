import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, confirmFlags, dryRunFlag } from '../../cli/flags.js';
import { clearThrottles } from '../../reassign/left-throttles.js';
import { viewClearedThrottles } from '../../reassign/run-views.js';

export default class ThrottleClear extends KctlCommand {
  static override summary = 'Take away throttles of replication that other tools have left behind.';
  static override description =
    'Lists of replicas that nobody moves any more go. Rates, and lists that hold for all, may be kept on purpose: --all takes them too. What is in use stays.';
  static override examples = [
    '<%= config.bin %> throttle clear --dry-run',
    '<%= config.bin %> throttle clear --yes',
  ];
  static override flags = {
    ...clusterFlags,
    ...dryRunFlag,
    ...confirmFlags,
    all: Flags.boolean({ description: "rates and lists that hold for all, too: an operator's own" }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(ThrottleClear);
    const { all, 'dry-run': dryRun } = flags;
    const what = all ? 'all throttles that are not in use' : 'throttles that were left behind';
    if (!dryRun) await this.confirm(`Take away ${what}?`, flags);
    const cleared = await clearThrottles(await this.cluster(flags), { all, dryRun });
    await this.show(cleared, viewClearedThrottles, flags);
  }
}
