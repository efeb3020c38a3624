import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, variadic } from '../../cli/flags.js';
import { listUsers } from '../../users/list.js';
import { viewUsers } from '../../users/views.js';

export default class UsersList extends KctlCommand {
  static override summary = 'List the users who can log in by SCRAM, with their mechanisms.';
  static override description =
    'The passwords themselves cannot be read by anybody. Users of PLAIN, TLS and Kerberos are not kept by the brokers.';
  static override examples = ['<%= config.bin %> users list', '<%= config.bin %> users list alice -o json'];
  static override args = { user: Args.string({ description: 'names of users; all when none is given' }) };
  static override strict = false;
  static override flags = { ...clusterFlags };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(UsersList);
    await this.show(await listUsers(await this.cluster(flags), { names: variadic(argv) }), viewUsers, flags);
  }
}
