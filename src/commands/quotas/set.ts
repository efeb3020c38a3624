import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, dryRunFlag, variadic } from '../../cli/flags.js';
import { checkEntity } from '../../quotas/entity.js';
import { entityFlags, entityOf } from '../../quotas/flags.js';
import { alterQuotas, parseQuota } from '../../quotas/quotas.js';
import { viewQuotaChanges } from '../../quotas/views.js';

export default class QuotasSet extends KctlCommand {
  static override summary = 'Set quotas of a user, a client, both together, an IP address, or of defaults.';
  static override description =
    'Known are producer_byte_rate, consumer_byte_rate, request_percentage, controller_mutation_rate, and of IP addresses connection_creation_rate; each broker holds them for itself.';
  static override examples = [
    '<%= config.bin %> quotas set --user alice producer_byte_rate=1MB consumer_byte_rate=2MB',
    '<%= config.bin %> quotas set --user-defaults --client reports request_percentage=50 --dry-run',
  ];
  static override args = { quota: Args.string({ required: true, description: 'quota=value' }) };
  static override strict = false;
  static override flags = { ...clusterFlags, ...dryRunFlag, ...entityFlags };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(QuotasSet);
    const changes = variadic(argv).map(parseQuota);
    const options = { entity: checkEntity(entityOf(flags)), changes, dryRun: flags['dry-run'] };
    await this.show(await alterQuotas(await this.cluster(flags), options), viewQuotaChanges, flags);
  }
}
