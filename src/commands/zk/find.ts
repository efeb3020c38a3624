import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { bytesFlag, durationFlag, znodeFlags } from '../../cli/flags.js';
import { Znodes } from '../../znodes/client.js';
import { findZnodes } from '../../znodes/read.js';
import { viewZnodeList } from '../../znodes/views.js';

export default class ZkFind extends KctlCommand {
  static override summary = 'Find znodes below a path by name, type, owner, size or age.';
  static override description = 'A znode is found when it has everything that is asked for.';
  static override examples = [
    "<%= config.bin %> zk find /brokers --name 'id*'",
    '<%= config.bin %> zk find / --type ephemeral',
    '<%= config.bin %> zk find / --min-size 100KB --newer-than 1h -o name',
  ];
  static override args = { path: Args.string({ default: '/', description: 'where to begin' }) };
  static override flags = {
    ...znodeFlags,
    name: Flags.string({ description: 'pattern for the last part of the path; * and ? as in a shell' }),
    type: Flags.option({ options: ['persistent', 'ephemeral'] as const })(),
    owner: Flags.string({ description: 'session of ephemeral znodes, such as 0x1000015c9a00000' }),
    'min-size': bytesFlag({ description: 'at least so many bytes of data' }),
    'older-than': durationFlag({ description: 'not changed for so long' }),
    'newer-than': durationFlag({ description: 'changed within that time' }),
    empty: Flags.boolean({ description: 'without data and children' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ZkFind);
    const znodes = await this.opened(
      Znodes.open(await this.zookeeper(flags), {
        timeoutMs: flags.timeout,
        allowReadOnly: flags['allow-read-only'],
      }),
    );
    const { empty, name, owner, type } = flags;
    const filter = {
      ...{ empty, name, owner, type },
      minBytes: flags['min-size'],
      olderThanMs: flags['older-than'],
      newerThanMs: flags['newer-than'],
    };
    await this.show(await findZnodes(znodes, args.path, filter), viewZnodeList, flags);
  }
}
