import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, confirmFlags, dryRunFlag, variadic } from '../../cli/flags.js';
import { deletePasswords, planDeletions, presentUsers } from '../../users/change.js';
import { mechanismFlag, mechanismsOf } from '../../users/flags.js';
import { viewUserChanges } from '../../users/views.js';

export default class UsersDelete extends KctlCommand {
  static override summary = "Take users' passwords for SCRAM away, so that nobody can log in with them.";
  static override description =
    'Connections that are logged in stay; the ACLs and quotas of a user stay too.';
  static override examples = [
    '<%= config.bin %> users delete alice --dry-run',
    '<%= config.bin %> users delete alice --mechanism SCRAM-SHA-256 --yes',
  ];
  static override args = { user: Args.string({ required: true, description: 'names of users' }) };
  static override strict = false;
  static override flags = { ...clusterFlags, ...dryRunFlag, ...confirmFlags, ...mechanismFlag };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(UsersDelete);
    const names = variadic(argv);
    const dryRun = flags['dry-run'];
    const cluster = await this.cluster(flags);
    const plan = planDeletions(await presentUsers(cluster, names), names, mechanismsOf(flags));
    const found = [...new Set(plan.deletions.map(({ name }) => name))];
    if (found.length > 0 && !dryRun)
      await this.confirm(`Delete the passwords of ${found.join(', ')}?`, flags);
    await this.show(await deletePasswords(cluster, { ...plan, dryRun }), viewUserChanges, flags);
  }
}
