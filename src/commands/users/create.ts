import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, confirmFlags, dryRunFlag } from '../../cli/flags.js';
import { hasPassword, presentUsers, setPasswords } from '../../users/change.js';
import { mechanismsOf, passwordFlags, passwordOf } from '../../users/flags.js';
import { viewUserChanges } from '../../users/views.js';

export default class UsersCreate extends KctlCommand {
  static override summary = 'Give a user a password for SCRAM, or another one.';
  static override description =
    'The password is asked for, or comes from a file or the environment, and never leaves kctl: the brokers get what is derived from it. To replace one that is there it asks first.';
  static override examples = [
    '<%= config.bin %> users create alice --password-file alice.password',
    '<%= config.bin %> users create alice --password-env ALICE_PASSWORD --mechanism SCRAM-SHA-512 --dry-run',
  ];
  static override args = { user: Args.string({ required: true, description: 'the name of the user' }) };
  static override flags = { ...clusterFlags, ...dryRunFlag, ...confirmFlags, ...passwordFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(UsersCreate);
    const { user: name } = args;
    const { iterations, 'dry-run': dryRun } = flags;
    const password = await passwordOf(name, flags, (question) => this.streams.askSecret(question));
    const passwords = mechanismsOf(flags).map((mechanism) => {
      return { name, password, mechanism, ...(iterations === undefined ? {} : { iterations }) };
    });
    const cluster = await this.cluster(flags);
    const present = await presentUsers(cluster, [name]);
    const replaces = passwords.filter((each) => hasPassword(present, each)).map(({ mechanism }) => mechanism);
    if (replaces.length > 0 && !dryRun)
      await this.confirm(`Replace the password of ${name} for ${replaces.join(' and ')}?`, flags);
    await this.show(await setPasswords(cluster, { passwords, present, dryRun }), viewUserChanges, flags);
  }
}
