import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { controllerFlags, variadic } from '../../cli/flags.js';
import { describeConfigs } from '../../configs/describe.js';
import { resourceFlags, resourceWords } from '../../configs/flags.js';
import { viewConfigDescriptions } from '../../configs/views.js';

export default class ConfigsDescribe extends KctlCommand {
  static override summary = 'Show configurations: their values, and where each comes from.';
  static override description =
    'What is as by default is left out unless --all is given or keys are named. Sensitive values are never shown.';
  static override examples = [
    '<%= config.bin %> configs describe --topic bier-bar',
    '<%= config.bin %> configs describe --topic bier-bar retention.ms cleanup.policy --doc',
    '<%= config.bin %> configs describe --broker 1 --broker-defaults',
    "<%= config.bin %> configs describe --broker '*' --all -o json",
    '<%= config.bin %> configs describe --broker-logger 1 -o tsv',
  ];
  static override args = { key: Args.string({ description: 'these keys only' }) };
  static override strict = false;
  static override flags = {
    ...controllerFlags,
    ...resourceFlags,
    all: Flags.boolean({ description: 'show what is as by default, too' }),
    doc: Flags.boolean({ description: "show the broker's documentation of each key" }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(ConfigsDescribe);
    const options = {
      words: resourceWords(flags),
      all: flags.all,
      documentation: flags.doc,
      keys: variadic(argv),
    };
    await this.show(await describeConfigs(await this.cluster(flags), options), viewConfigDescriptions, flags);
  }
}
