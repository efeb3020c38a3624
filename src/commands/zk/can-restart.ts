import * as Args from '@oclif/core/args';
import { ExitCode } from '../../base/errors.js';
import { KctlCommand } from '../../cli/command.js';
import { adminPortFlag, zookeeperFlags } from '../../cli/flags.js';
import { healthFlags, thresholdsOf } from '../../ensemble/flags.js';
import { canRestart } from '../../ensemble/health.js';
import { viewRestart } from '../../ensemble/views.js';

export default class ZkCanRestart extends KctlCommand {
  static override summary = 'Say whether the ensemble keeps its quorum without a server: exit 0 or 5.';
  static override description =
    'Safe means that a majority serves without it, and that nothing else of the ensemble is broken now.';
  static override examples = [
    '<%= config.bin %> zk can-restart 2 -z zk1:2181,zk2:2181,zk3:2181',
    '<%= config.bin %> zk can-restart zk2:2181 -o json',
  ];
  static override args = { server: Args.string({ required: true, description: 'its address or its id' }) };
  static override flags = { ...zookeeperFlags, ...adminPortFlag, ...healthFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ZkCanRestart);
    const options = {
      timeoutMs: flags.timeout,
      adminPort: flags['admin-port'],
      thresholds: thresholdsOf(flags),
    };
    const verdict = await canRestart(await this.zookeeper(flags), args.server, options);
    await this.show(verdict, viewRestart, flags);
    this.passExitCode(verdict.safe ? ExitCode.done : ExitCode.checkFailed);
  }
}
