import * as Args from '@oclif/core/args';
import { parseKeyValue } from '../../base/parse.js';
import { KctlCommand } from '../../cli/command.js';
import { controllerFlags, dryRunFlag, variadic } from '../../cli/flags.js';
import { alterConfigs } from '../../configs/alter.js';
import { alterFlags, resourceFlags, resourceWords } from '../../configs/flags.js';
import { viewConfigChanges } from '../../configs/views.js';

export default class ConfigsSubtract extends KctlCommand {
  static override summary = 'Take values out of configurations that are lists.';
  static override description = 'The broker refuses it for what is not a list.';
  static override examples = [
    '<%= config.bin %> configs subtract --topic bier-bar cleanup.policy=compact --dry-run',
  ];
  static override args = { config: Args.string({ required: true, description: 'key=value[,value…]' }) };
  static override strict = false;
  static override flags = { ...controllerFlags, ...dryRunFlag, ...resourceFlags, ...alterFlags };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(ConfigsSubtract);
    const given = variadic(argv).map(parseKeyValue);
    const options = {
      words: resourceWords(flags),
      operations: given.map(([key, value]) => ({ operation: 'subtract' as const, key, value })),
      onCommandLine: given.map(([key]) => key),
      dryRun: flags['dry-run'],
      allowUnknown: flags['allow-unknown'],
    };
    await this.show(await alterConfigs(await this.cluster(flags), options), viewConfigChanges, flags);
  }
}
