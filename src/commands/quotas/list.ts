import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';
import { entityFlags, entityOf } from '../../quotas/flags.js';
import { listQuotas } from '../../quotas/quotas.js';
import { viewQuotas } from '../../quotas/views.js';

export default class QuotasList extends KctlCommand {
  static override summary = 'List quotas of users, clients and IP addresses: all, or those of one entity.';
  static override examples = [
    '<%= config.bin %> quotas list',
    '<%= config.bin %> quotas list --user alice -o json',
    '<%= config.bin %> quotas list --client-defaults',
  ];
  static override flags = { ...clusterFlags, ...entityFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(QuotasList);
    const entity = entityOf(flags);
    const options = Object.keys(entity).length === 0 ? {} : { entity };
    await this.show(await listQuotas(await this.cluster(flags), options), viewQuotas, flags);
  }
}
