import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { durationFlag, specialOutputFlag } from '../../cli/flags.js';
import { nameFlag, optionalServerArgs, serverOf } from '../../local/flags.js';
import { changeServer, startCluster } from '../../local/operations.js';
import { clusterOptions, startFlags } from '../../local/start-flags.js';
import { viewLocalCluster } from '../../local/views.js';

export default class LocalStart extends KctlCommand {
  static override summary =
    'Start a real Kafka on this machine, with its ZooKeeper, and wait until it is ready.';
  static override description =
    'What is not given stays as it was at the last start. It listens on 127.0.0.1 only: the cluster named default on 9092 and the ports that follow, with ZooKeeper on 2181; any other on free ports. Starting what runs is harmless. "start broker 2" starts one again that was stopped or killed.';
  static override examples = [
    '<%= config.bin %> local start',
    '<%= config.bin %> local start --brokers 3 --config min.insync.replicas=2',
    '<%= config.bin %> local start --zookeepers 3 --name ensemble --ephemeral',
    '<%= config.bin %> local start --kafka 4.3.0 --name kraft --ephemeral',
    '<%= config.bin %> local start broker 2',
  ];
  static override args = optionalServerArgs;
  static override flags = {
    ...nameFlag,
    ...specialOutputFlag,
    ...startFlags,
    ephemeral: Flags.boolean({ description: 'remove the data when it is stopped' }),
    'start-timeout': durationFlag({ description: 'how long it may take to be ready (default 60s)' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(LocalStart);
    const progress = (text: string) => this.streams.note(text);
    const hooks = { progress, signal: this.interrupted, startTimeoutMs: flags['start-timeout'] };
    const options = {
      name: flags.name,
      ...(await clusterOptions(flags)),
      ephemeral: flags.ephemeral || undefined,
    };
    const server = serverOf(args);
    const started = server ? changeServer('start', flags.name, server, hooks) : startCluster(options, hooks);
    await this.show(await started, viewLocalCluster, flags);
  }
}
