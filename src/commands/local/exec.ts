import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { durationFlag } from '../../cli/flags.js';
import { execWithCluster } from '../../local/exec.js';
import { clusterOptions, startFlags } from '../../local/start-flags.js';

export default class LocalExec extends KctlCommand {
  static override summary = 'Run a command with a real Kafka of its own, and remove that afterwards.';
  static override description =
    `A throwaway cluster is started on free ports. The command finds it by its environment: KCTL_BOOTSTRAP_SERVERS and
KAFKA_BOOTSTRAP_SERVERS, KCTL_ZOOKEEPER and ZOOKEEPER_CONNECT, and KCTL_LOCAL_NAME, so that "kctl local kill broker 1"
in it means this cluster. Its exit code is passed through. Nothing is left, whatever ends the command or kctl.`;
  static override examples = [
    '<%= config.bin %> local exec -- kctl cluster describe',
    '<%= config.bin %> local exec --brokers 3 --keep-on-failure -- sh -c "kctl topics create bier-bar && kctl topics list"',
  ];
  static override args = {
    command: Args.string({ required: true, description: 'the command and its words, behind --' }),
  };
  static override strict = false;
  static override flags = {
    ...startFlags,
    'keep-on-failure': Flags.boolean({
      description: 'leave the cluster running when the command fails, and say where its logs are',
    }),
    'start-timeout': durationFlag({ description: 'how long it may take to be ready (default 60s)' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(LocalExec);
    const exitCode = await execWithCluster(
      {
        ...(await clusterOptions(flags)),
        command: argv.map(String),
        keepOnFailure: flags['keep-on-failure'],
      },
      {
        progress: (text) => this.streams.note(text),
        signal: this.interrupted,
        startTimeoutMs: flags['start-timeout'],
        onTerminal: this.streams.inputIsTty,
      },
    );
    this.passExitCode(exitCode);
  }
}
