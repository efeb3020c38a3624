import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { usageError } from '../../../base/errors.js';
import { KctlCommand } from '../../../cli/command.js';
import { confirmFlags, variadic, znodeChangeFlags, znodeVersionFlag } from '../../../cli/flags.js';
import { parseAcl, writeAcl } from '../../../znodes/acl.js';
import { Znodes } from '../../../znodes/client.js';
import { viewZnodeChanges } from '../../../znodes/views.js';

export default class ZkAclSet extends KctlCommand {
  static override summary = 'Replace the ACL of a znode.';
  static override description =
    'Entries are scheme:id:permissions, with permissions of create, delete, read, write, admin (cdrwa). It asks first; without a terminal it needs --yes.';
  static override examples = [
    '<%= config.bin %> zk acl set /bier world:anyone:r --dry-run',
    '<%= config.bin %> zk acl set /bier world:anyone:cdrwa --recursive --yes',
  ];
  static override args = {
    path: Args.string({ required: true, description: 'path of the znode' }),
    acl: Args.string({ required: true, description: 'entries of the ACL' }),
  };
  static override strict = false;
  static override flags = {
    ...znodeChangeFlags,
    ...confirmFlags,
    recursive: Flags.boolean({ char: 'r', description: 'also of all that is below it' }),
    version: znodeVersionFlag,
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(ZkAclSet);
    const [path = '', ...entries] = variadic(argv);
    const acl = entries.map(parseAcl);
    if (flags.recursive && flags.version !== undefined) throw usageError('--version is of one znode');
    const options = {
      acl,
      aversion: flags.version ?? -1,
      recursive: flags.recursive,
      dryRun: flags['dry-run'],
      forceKafkaMetadata: flags['force-kafka-metadata'],
    };
    if (!options.dryRun) {
      await this.confirm(`Replace the ACL of ${path}${flags.recursive ? ' and all below it' : ''}?`, flags);
    }
    const znodes = await this.opened(Znodes.open(await this.zookeeper(flags), { timeoutMs: flags.timeout }));
    await this.show(await writeAcl(znodes, path, options), viewZnodeChanges, flags);
  }
}
