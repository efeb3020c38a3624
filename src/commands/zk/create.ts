import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { durationFlag, znodeChangeFlags } from '../../cli/flags.js';
import { readBytes } from '../../cli/input.js';
import { openAcl, parseAcl } from '../../znodes/acl.js';
import { createZnode } from '../../znodes/change.js';
import { Znodes } from '../../znodes/client.js';
import { holdEphemeral } from '../../znodes/hold.js';
import { viewZnodeChanges } from '../../znodes/views.js';

export default class ZkCreate extends KctlCommand {
  static override summary = 'Create a znode.';
  static override description =
    'An ephemeral znode lives as long as this command: it keeps it until it is interrupted, and ends with exit 3 when the session is lost.';
  static override examples = [
    '<%= config.bin %> zk create /bier "Bier bought"',
    '<%= config.bin %> zk create /bier/log/entry- --sequential --parents --file data.bin',
    '<%= config.bin %> zk create /bier-lease --ephemeral',
  ];
  static override args = {
    path: Args.string({ required: true, description: 'path of the znode' }),
    data: Args.string({ description: 'its data, as UTF-8; null when neither this nor --file is given' }),
  };
  static override flags = {
    ...znodeChangeFlags,
    file: Flags.string({ char: 'f', description: 'take the data from a file, or from stdin (-)' }),
    sequential: Flags.boolean({ description: 'with a number that the server appends to the name' }),
    ephemeral: Flags.boolean({ description: 'gone with the session' }),
    container: Flags.boolean({ description: 'gone some time after its last child (ZooKeeper 3.5)' }),
    ttl: durationFlag({
      description: 'gone when unchanged and without children for so long (ZooKeeper 3.5)',
    }),
    parents: Flags.boolean({ char: 'p', description: 'create what is missing above it too' }),
    'if-not-exists': Flags.boolean({ description: 'one that is there already is no error' }),
    acl: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'entries scheme:id:cdrwa (default world:anyone:cdrwa)',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ZkCreate);
    const text = args.data === undefined ? null : Buffer.from(args.data);
    const data = flags.file === undefined ? text : await readBytes(flags.file, this.streams);
    const znodes = await this.opened(Znodes.open(await this.zookeeper(flags), { timeoutMs: flags.timeout }));
    const { container, ephemeral, parents, sequential, ttl: ttlMs } = flags;
    const created = await createZnode(znodes, args.path, {
      ...{ container, data, ephemeral, parents, sequential, ttlMs },
      acl: flags.acl?.map(parseAcl) ?? openAcl,
      ifNotExists: flags['if-not-exists'],
      dryRun: flags['dry-run'],
      forceKafkaMetadata: flags['force-kafka-metadata'],
    });
    await this.show(created, viewZnodeChanges, flags);
    if (ephemeral && !flags['dry-run']) await holdEphemeral(znodes, this.interrupted);
  }
}
