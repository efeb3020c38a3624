import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { renderJson } from '../../base/json.js';
import { KctlCommand } from '../../cli/command.js';
import { znodeFlags } from '../../cli/flags.js';
import { Znodes } from '../../znodes/client.js';
import { watchZnode } from '../../znodes/watch.js';

export default class ZkWatch extends KctlCommand {
  static override summary = 'Tell the changes of a znode as they happen, a line of JSON each.';
  static override description =
    'The first line is how things are. The watch is set again after each change and each lost connection.';
  static override examples = [
    '<%= config.bin %> zk watch /controller --max-events 1',
    '<%= config.bin %> zk watch /brokers --recursive',
  ];
  static override args = { path: Args.string({ required: true, description: 'path of the znode' }) };
  static override flags = {
    ...znodeFlags,
    recursive: Flags.boolean({ char: 'r', description: 'everything below it too (ZooKeeper 3.6)' }),
    'max-events': Flags.integer({ description: 'end after so many changes', min: 1 }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ZkWatch);
    const access = await this.zookeeper(flags);
    const options = { timeoutMs: flags.timeout, allowReadOnly: flags['allow-read-only'] };
    const znodes = await this.opened(Znodes.open(access, options));
    await watchZnode(znodes, args.path, {
      recursive: flags.recursive,
      maxEvents: flags['max-events'],
      signal: AbortSignal.any([this.interrupted, this.streams.closed]),
      write: (event) => this.streams.write(`${renderJson(event, 0)}\n`),
      note: (text) => this.streams.note(text),
    });
  }
}
