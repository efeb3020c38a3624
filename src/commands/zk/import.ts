import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { confirmFlags, znodeChangeFlags } from '../../cli/flags.js';
import { readLines } from '../../cli/input.js';
import { Znodes } from '../../znodes/client.js';
import { importZnodes, parseExported } from '../../znodes/transfer.js';
import { viewZnodeChanges } from '../../znodes/views.js';

export default class ZkImport extends KctlCommand {
  static override summary = 'Create the znodes of an export below a path.';
  static override description =
    'Ephemeral znodes are left out: their sessions cannot be restored. Versions begin anew. With --overwrite it asks first; without a terminal it needs --yes.';
  static override examples = [
    '<%= config.bin %> zk import /bier-copy --file export.ndjson --dry-run',
    '<%= config.bin %> zk export /config | <%= config.bin %> zk import /bier-config --overwrite --yes',
  ];
  static override args = {
    path: Args.string({ required: true, description: 'what becomes of the exported path' }),
  };
  static override flags = {
    ...znodeChangeFlags,
    ...confirmFlags,
    file: Flags.string({ char: 'f', default: '-', description: 'the export; - is stdin' }),
    overwrite: Flags.boolean({ description: 'write data and ACL of znodes that are there already' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ZkImport);
    const { file, overwrite } = flags;
    if (overwrite && !flags['dry-run']) await this.confirm(`Overwrite what is below ${args.path}?`, flags);
    const exported = await readLines(file, this.streams, parseExported);
    const znodes = await this.opened(Znodes.open(await this.zookeeper(flags), { timeoutMs: flags.timeout }));
    const options = {
      overwrite,
      dryRun: flags['dry-run'],
      forceKafkaMetadata: flags['force-kafka-metadata'],
    };
    await this.show(await importZnodes(znodes, args.path, exported, options), viewZnodeChanges, flags);
  }
}
