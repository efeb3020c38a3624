import * as Flags from '@oclif/core/flags';
import { pause } from '../../base/deadline.js';
import { ExitCode } from '../../base/errors.js';
import { KctlCommand } from '../../cli/command.js';
import { adminPortFlag, durationFlag, zookeeperFlags } from '../../cli/flags.js';
import { healthFlags, thresholdsOf } from '../../ensemble/flags.js';
import { GrowthLog } from '../../ensemble/growth.js';
import { checkHealth } from '../../ensemble/health.js';
import { viewHealth } from '../../ensemble/views.js';

export default class ZkHealth extends KctlCommand {
  static override summary = 'Judge the whole ensemble: one verdict with its reasons, exit 0 or 5.';
  static override description =
    'It asks every server named, and every member that these know of. Each finding is a warning or a failure; --fail-on says which makes the exit code 5.';
  static override examples = [
    '<%= config.bin %> zk health',
    '<%= config.bin %> zk health --nagios',
    '<%= config.bin %> zk health -o json --max-latency 20s',
  ];
  static override flags = {
    ...zookeeperFlags,
    ...adminPortFlag,
    ...healthFlags,
    'fail-on': Flags.option({
      options: ['warning', 'failure'] as const,
      default: 'failure',
      description: 'what makes the exit code 5',
    })(),
    nagios: Flags.boolean({ description: 'one line, as Nagios and Icinga take it' }),
    watch: Flags.boolean({ description: 'judge again and again until interrupted' }),
    interval: durationFlag({ description: 'how often, with --watch', default: 5000 }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(ZkHealth);
    const access = await this.zookeeper(flags);
    const options = {
      timeoutMs: flags.timeout,
      adminPort: flags['admin-port'],
      thresholds: thresholdsOf(flags),
      growth: new GrowthLog(),
    };
    for (;;) {
      const health = await checkHealth(access, options);
      if (flags.nagios) await this.streams.write(`${health.summary}\n`);
      else if (flags.watch) await this.showNext(health, viewHealth, flags);
      else await this.show(health, viewHealth, flags);
      const bad =
        health.verdict === 'failure' || (health.verdict === 'warning' && flags['fail-on'] === 'warning');
      this.passExitCode(bad ? ExitCode.checkFailed : ExitCode.done);
      if (!flags.watch || this.ended.aborted) return;
      await pause(flags.interval, this.ended);
      if (this.ended.aborted) return;
    }
  }
}
