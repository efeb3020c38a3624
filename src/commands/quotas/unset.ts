import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, dryRunFlag, variadic } from '../../cli/flags.js';
import { checkEntity } from '../../quotas/entity.js';
import { entityFlags, entityOf } from '../../quotas/flags.js';
import { alterQuotas } from '../../quotas/quotas.js';
import { viewQuotaChanges } from '../../quotas/views.js';

export default class QuotasUnset extends KctlCommand {
  static override summary = 'Take quotas away, so that the default holds again.';
  static override examples = [
    '<%= config.bin %> quotas unset --user alice producer_byte_rate consumer_byte_rate',
  ];
  static override args = { quota: Args.string({ required: true, description: 'names of quotas' }) };
  static override strict = false;
  static override flags = { ...clusterFlags, ...dryRunFlag, ...entityFlags };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(QuotasUnset);
    const changes = variadic(argv).map((key): [string, null] => [key, null]);
    const options = { entity: checkEntity(entityOf(flags)), changes, dryRun: flags['dry-run'] };
    await this.show(await alterQuotas(await this.cluster(flags), options), viewQuotaChanges, flags);
  }
}
