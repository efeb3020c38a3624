import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { confirmFlags, variadic, znodeChangeFlags, znodeVersionFlag } from '../../cli/flags.js';
import { deleteZnodes, planDelete } from '../../znodes/change.js';
import { Znodes } from '../../znodes/client.js';
import { viewZnodeChanges } from '../../znodes/views.js';

export default class ZkDelete extends KctlCommand {
  static override summary = 'Delete znodes, with --recursive and all that is below them.';
  static override description =
    'It says how many znodes would go and asks first; without a terminal it needs --yes.';
  static override examples = [
    '<%= config.bin %> zk delete /bier --dry-run',
    '<%= config.bin %> zk delete /bier --recursive --yes',
  ];
  static override args = { path: Args.string({ required: true, description: 'paths of the znodes' }) };
  static override strict = false;
  static override flags = {
    ...znodeChangeFlags,
    ...confirmFlags,
    recursive: Flags.boolean({ char: 'r', description: 'also what is below them' }),
    version: znodeVersionFlag,
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(ZkDelete);
    const znodes = await this.opened(Znodes.open(await this.zookeeper(flags), { timeoutMs: flags.timeout }));
    const options = {
      recursive: flags.recursive,
      expectedVersion: flags.version ?? -1,
      dryRun: flags['dry-run'],
      forceKafkaMetadata: flags['force-kafka-metadata'],
    };
    const plan = await planDelete(znodes, variadic(argv), options);
    const count = plan.paths.length;
    if (!options.dryRun && count > 0) {
      const names = plan.roots.map(({ path }) => path).join(', ');
      await this.confirm(`Delete ${names} (${count === 1 ? '1 znode' : `${count} znodes`})?`, flags);
    }
    await this.show(await deleteZnodes(znodes, plan, options), viewZnodeChanges, flags);
  }
}
