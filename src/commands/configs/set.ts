import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { usageError } from '../../base/errors.js';
import { parseKeyValue } from '../../base/parse.js';
import { KctlCommand } from '../../cli/command.js';
import { controllerFlags, dryRunFlag, variadic } from '../../cli/flags.js';
import { alterConfigs } from '../../configs/alter.js';
import { alterFlags, readConfigFile, resourceFlags, resourceWords } from '../../configs/flags.js';
import { viewConfigChanges } from '../../configs/views.js';

export default class ConfigsSet extends KctlCommand {
  static override summary = 'Set configurations; what others have set stays.';
  static override description =
    'A key that the broker does not know is refused with the nearest that it does. Sensitive values are taken from a file only.';
  static override examples = [
    '<%= config.bin %> configs set --topic bier-bar retention.ms=60000 --dry-run',
    '<%= config.bin %> configs set --topic bier-bar retention.ms=60000 cleanup.policy=delete',
    '<%= config.bin %> configs set --broker-defaults log.cleaner.threads=2',
    '<%= config.bin %> configs set --broker-logger 1 kafka.server.KafkaApis=DEBUG',
  ];
  static override args = { config: Args.string({ description: 'key=value' }) };
  static override strict = false;
  static override flags = {
    ...controllerFlags,
    ...dryRunFlag,
    ...resourceFlags,
    ...alterFlags,
    file: Flags.string({
      description: 'a properties file with more of them ("-" is standard input)',
      helpValue: '<file>',
    }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(ConfigsSet);
    const given = variadic(argv).map(parseKeyValue);
    const read = flags.file === undefined ? [] : await readConfigFile(flags.file);
    if (given.length + read.length === 0)
      throw usageError('set what?', 'Write for example retention.ms=60000.');
    const options = {
      words: resourceWords(flags),
      operations: [...given, ...read].map(([key, value]) => ({ operation: 'set' as const, key, value })),
      onCommandLine: given.map(([key]) => key),
      dryRun: flags['dry-run'],
      allowUnknown: flags['allow-unknown'],
    };
    await this.show(await alterConfigs(await this.cluster(flags), options), viewConfigChanges, flags);
  }
}
