import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { usageError } from '../../base/errors.js';
import { KctlCommand } from '../../cli/command.js';
import { znodeChangeFlags, znodeVersionFlag } from '../../cli/flags.js';
import { readBytes } from '../../cli/input.js';
import { setZnode } from '../../znodes/change.js';
import { Znodes } from '../../znodes/client.js';
import { viewZnodeChanges } from '../../znodes/views.js';

export default class ZkSet extends KctlCommand {
  static override summary = 'Write the data of a znode that is there.';
  static override examples = [
    '<%= config.bin %> zk set /bier "Bier bought" --version 0',
    'date | <%= config.bin %> zk set /bier --file -',
  ];
  static override args = {
    path: Args.string({ required: true, description: 'path of the znode' }),
    data: Args.string({ description: 'its data, as UTF-8' }),
  };
  static override flags = {
    ...znodeChangeFlags,
    file: Flags.string({ char: 'f', description: 'take the data from a file, or from stdin (-)' }),
    version: znodeVersionFlag,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ZkSet);
    if ((args.data === undefined) === (flags.file === undefined)) {
      throw usageError(
        'the data is missing, or given twice',
        'Give it as an argument, or by --file (- is stdin).',
      );
    }
    const data =
      flags.file === undefined ? Buffer.from(args.data ?? '') : await readBytes(flags.file, this.streams);
    const znodes = await this.opened(Znodes.open(await this.zookeeper(flags), { timeoutMs: flags.timeout }));
    const options = {
      data,
      expectedVersion: flags.version ?? -1,
      dryRun: flags['dry-run'],
      forceKafkaMetadata: flags['force-kafka-metadata'],
    };
    await this.show(await setZnode(znodes, args.path, options), viewZnodeChanges, flags);
  }
}
