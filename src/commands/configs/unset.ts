import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { controllerFlags, dryRunFlag, variadic } from '../../cli/flags.js';
import { alterConfigs } from '../../configs/alter.js';
import { alterFlags, resourceFlags, resourceWords } from '../../configs/flags.js';
import { viewConfigChanges } from '../../configs/views.js';

export default class ConfigsUnset extends KctlCommand {
  static override summary = 'Take configurations away, so that the default holds again.';
  static override examples = [
    '<%= config.bin %> configs unset --topic bier-bar retention.ms --dry-run',
    '<%= config.bin %> configs unset --topic bier-bar retention.ms cleanup.policy',
  ];
  static override args = { key: Args.string({ required: true, description: 'the keys' }) };
  static override strict = false;
  static override flags = { ...controllerFlags, ...dryRunFlag, ...resourceFlags, ...alterFlags };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(ConfigsUnset);
    const options = {
      words: resourceWords(flags),
      operations: variadic(argv).map((key) => ({ operation: 'unset' as const, key, value: null })),
      onCommandLine: [],
      dryRun: flags['dry-run'],
      allowUnknown: flags['allow-unknown'],
    };
    await this.show(await alterConfigs(await this.cluster(flags), options), viewConfigChanges, flags);
  }
}
