import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { nameFlag, optionalServerArgs } from '../../local/flags.js';
import { readLogs } from '../../local/logs.js';

export default class LocalLogs extends KctlCommand {
  static override summary = "Show the servers' logs of a local cluster.";
  static override description = 'Lines of several servers begin with the name of the server.';
  static override examples = [
    '<%= config.bin %> local logs',
    '<%= config.bin %> local logs broker 1 --lines 100',
    '<%= config.bin %> local logs zookeeper --follow',
  ];
  static override args = optionalServerArgs;
  static override flags = {
    ...nameFlag,
    lines: Flags.integer({ char: 'n', description: 'how many lines of each log', default: 20, min: 0 }),
    follow: Flags.boolean({ char: 'f', description: 'go on with what is logged from now on' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(LocalLogs);
    const role = args.server;
    const json = ['json', 'ndjson'].includes(this.format(flags));
    const signal = AbortSignal.any([this.interrupted, this.streams.closed]);
    for await (const line of readLogs({ ...flags, role, id: args.id, signal })) {
      const text = role === undefined || args.id === undefined ? `${line.server} | ${line.line}` : line.line;
      await this.streams.write(`${json ? JSON.stringify(line) : text}\n`);
    }
  }
}
