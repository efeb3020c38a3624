import * as Flags from '@oclif/core/flags';
import { ExitCode } from '../../base/errors.js';
import { renderJson } from '../../base/json.js';
import { KctlCommand } from '../../cli/command.js';
import { adminPortFlag, zookeeperFlags } from '../../cli/flags.js';
import { healthFlags, thresholdsOf } from '../../ensemble/flags.js';
import { guideRollingRestart, planRollingRestart } from '../../ensemble/rolling.js';
import { viewRollingPlan } from '../../ensemble/views.js';

export default class ZkRollingCheck extends KctlCommand {
  static override summary = 'Guide a rolling restart, one server at a time, the leader last.';
  static override description =
    'It restarts nothing. Without --wait it says which server may be restarted now, with exit 0 or 5; with it, it names one server, waits until that one was away and is back in a sound ensemble, and goes on.';
  static override examples = [
    '<%= config.bin %> zk rolling-check -z zk1:2181,zk2:2181,zk3:2181',
    '<%= config.bin %> zk rolling-check --wait',
  ];
  static override flags = {
    ...zookeeperFlags,
    ...adminPortFlag,
    ...healthFlags,
    wait: Flags.boolean({ description: 'wait for each restart, until all are done' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(ZkRollingCheck);
    const access = await this.zookeeper(flags);
    const options = {
      timeoutMs: flags.timeout,
      adminPort: flags['admin-port'],
      thresholds: thresholdsOf(flags),
    };
    if (!flags.wait) {
      const plan = await planRollingRestart(access, options);
      await this.show(plan, viewRollingPlan, flags);
      return this.passExitCode(plan.next === null ? ExitCode.checkFailed : ExitCode.done);
    }
    const asJson = this.format(flags).includes('json');
    await guideRollingRestart(access, {
      ...options,
      signal: this.interrupted,
      write: (step) => this.streams.write(`${asJson ? renderJson(step, 0) : step.message}\n`),
    });
  }
}
