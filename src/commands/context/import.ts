import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { dryRunFlag } from '../../cli/flags.js';
import { importFormats } from '../../contexts/import/formats.js';
import { importContexts } from '../../contexts/import/import.js';
import { viewContextChanges } from '../../contexts/views.js';

export default class ContextImport extends KctlCommand {
  static override summary = "Take over the clusters of another tool's configuration file.";
  static override description =
    'Passwords that stand in the file go into files of their own, 0600, beside the contexts. A Java client.properties file is referred to, not copied.';
  static override examples = [
    '<%= config.bin %> context import client.properties --name team --dry-run',
    '<%= config.bin %> context import kcat.conf --from librdkafka --name kcat --dry-run',
  ];
  static override args = { file: Args.string({ description: 'the file', required: true }) };
  static override flags = {
    ...dryRunFlag,
    from: Flags.option({
      options: importFormats,
      description: 'whose file it is (told from its name and content unless given)',
    })(),
    name: Flags.string({ description: 'what to call the context, where the file has no name for it' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ContextImport);
    const options = { from: flags.from, name: flags.name, dryRun: flags['dry-run'] };
    await this.show(await importContexts(args.file, options), viewContextChanges, flags);
  }
}
