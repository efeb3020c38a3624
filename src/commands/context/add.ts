import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { dryRunFlag } from '../../cli/flags.js';
import { contextFlags, contextOf } from '../../contexts/flags.js';
import { addContext } from '../../contexts/operations.js';
import { viewContextChanges } from '../../contexts/views.js';

export default class ContextAdd extends KctlCommand {
  static override summary = 'Name a cluster and how it is reached.';
  static override description =
    'No secret is taken or stored: --secret says where one is kept. See docs/contexts.md for the file.';
  static override examples = [
    '<%= config.bin %> context add staging -b kafka-1:9092,kafka-2:9092 --use',
    '<%= config.bin %> context add orders -b kafka:9093 -X security.protocol=SASL_SSL -X sasl.mechanism=SCRAM-SHA-512 -X sasl.username=alice --secret sasl.password=env:KAFKA_PASSWORD --protected',
  ];
  static override args = { name: Args.string({ description: 'what to call it', required: true }) };
  static override flags = {
    ...contextFlags,
    ...dryRunFlag,
    use: Flags.boolean({ description: 'make it the current one' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ContextAdd);
    const options = { use: flags.use, dryRun: flags['dry-run'] };
    await this.show(await addContext(args.name, contextOf(flags), options), viewContextChanges, flags);
  }
}
