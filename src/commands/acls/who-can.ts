import * as Args from '@oclif/core/args';
import { parseOperation, parseResource } from '../../acls/acl.js';
import { questionFlags } from '../../acls/flags.js';
import { askWhoCan } from '../../acls/questions.js';
import { viewWhoCan } from '../../acls/views.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';

export default class AclsWhoCan extends KctlCommand {
  static override summary = 'Say who can do something with a resource, by the ACLs.';
  static override description =
    'Wildcards, prefixes, denials, hosts and what operations imply are all counted. Super users and the default of the brokers cannot be read: --assume-default says what the default is.';
  static override examples = [
    '<%= config.bin %> acls who-can read topic:orders',
    '<%= config.bin %> acls who-can describe group:bar --assume-default deny',
    '<%= config.bin %> acls who-can alter cluster --host 127.0.0.1 -o json',
  ];
  static override args = {
    operation: Args.string({ required: true, description: 'such as read, write, describe or alter-configs' }),
    resource: Args.string({ required: true, description: 'type:name, such as topic:orders; or cluster' }),
  };
  static override flags = { ...clusterFlags, ...questionFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(AclsWhoCan);
    const options = {
      operation: parseOperation(args.operation),
      resource: parseResource(args.resource),
      host: flags.host ?? null,
      assumedDefault: flags['assume-default'] ?? null,
    };
    await this.show(await askWhoCan(await this.cluster(flags), options), viewWhoCan, flags);
  }
}
