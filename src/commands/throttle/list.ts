import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';
import { listThrottles } from '../../reassign/left-throttles.js';
import { viewThrottles } from '../../reassign/run-views.js';

export default class ThrottleList extends KctlCommand {
  static override summary = 'List the throttles of replication that are set, and whose each looks like.';
  static override examples = ['<%= config.bin %> throttle list', '<%= config.bin %> throttle list -o json'];
  static override flags = clusterFlags;

  async run(): Promise<void> {
    const { flags } = await this.parse(ThrottleList);
    await this.show(await listThrottles(await this.cluster(flags)), viewThrottles, flags);
  }
}
