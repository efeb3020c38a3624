import * as Args from '@oclif/core/args';
import { checkPrincipal } from '../../acls/acl.js';
import { questionFlags } from '../../acls/flags.js';
import { askWhatCan } from '../../acls/questions.js';
import { viewWhatCan } from '../../acls/views.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';

export default class AclsWhatCan extends KctlCommand {
  static override summary = 'Say what a principal can do with which resources, by the ACLs.';
  static override description =
    'A row holds for all that its pattern takes in, but for what has a row of its own with a longer prefix or the very name.';
  static override examples = [
    '<%= config.bin %> acls what-can User:alice',
    '<%= config.bin %> acls what-can User:alice --host 127.0.0.1 --assume-default deny -o json',
  ];
  static override args = { principal: Args.string({ required: true, description: 'such as User:alice' }) };
  static override flags = { ...clusterFlags, ...questionFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AclsWhatCan);
    const options = {
      principal: checkPrincipal(args.principal),
      host: flags.host ?? null,
      assumedDefault: flags['assume-default'] ?? null,
    };
    await this.show(await askWhatCan(await this.cluster(flags), options), viewWhatCan, flags);
  }
}
