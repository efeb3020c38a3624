import * as Flags from '@oclif/core/flags';
import { aclFile } from '../../acls/file.js';
import { filtersOf, selectFlags } from '../../acls/flags.js';
import { listAcls } from '../../acls/list.js';
import { viewAclFile, viewAcls } from '../../acls/views.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';

export default class AclsList extends KctlCommand {
  static override summary = 'List ACLs: all, or those of some resources, principals or hosts.';
  static override description =
    'With --export they come as a file for review in Git, the same bytes for the same rules: "acls create --file" takes it.';
  static override examples = [
    '<%= config.bin %> acls list',
    '<%= config.bin %> acls list --topic orders --resource-pattern-type match',
    '<%= config.bin %> acls list --principal User:alice -o json',
    '<%= config.bin %> acls list --export > acls.yaml',
  ];
  static override flags = {
    ...clusterFlags,
    ...selectFlags,
    export: Flags.boolean({
      description: 'as a file for acls create --file, in YAML unless --output says JSON',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(AclsList);
    const list = await listAcls(await this.cluster(flags), filtersOf(flags));
    if (!flags.export) return this.show(list, viewAcls, flags);
    const document = { ...aclFile(list.items), ...(list.errors.length > 0 ? { errors: list.errors } : {}) };
    await this.show(document, viewAclFile, { ...flags, output: this.format(flags, 'yaml') });
  }
}
