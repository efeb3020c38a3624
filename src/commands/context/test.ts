import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';
import { examine } from '../../doctor/examine.js';
import { viewDoctorSummary } from '../../doctor/views.js';

export default class ContextTest extends KctlCommand {
  static override summary = 'Connect to the cluster of a context, log in, and ask who it is.';
  static override description =
    'The doctor, in short: kctl doctor shows each step of it. Exit code 3 where anything fails.';
  static override examples = ['<%= config.bin %> context test', '<%= config.bin %> context test dev'];
  static override args = { name: Args.string({ description: 'a context; the one in use unless given' }) };
  static override flags = clusterFlags;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ContextTest);
    const cluster = await this.cluster({ ...flags, context: args.name ?? flags.context });
    await this.show(await examine(cluster, {}), viewDoctorSummary, flags);
  }
}
