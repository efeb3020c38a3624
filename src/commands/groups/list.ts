import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, variadic } from '../../cli/flags.js';
import { listGroups } from '../../groups/find.js';
import type { GroupType } from '../../groups/types.js';
import { viewGroupList } from '../../groups/views.js';

const types: GroupType[] = ['classic', 'consumer', 'share', 'streams'];
const several = { multiple: true, multipleNonGreedy: true } as const;

export default class GroupsList extends KctlCommand {
  static override summary = 'List groups, with their types and states.';
  static override description =
    'Classic groups, and those of Kafka 4: consumer (KIP-848), share (KIP-932) and streams (KIP-1071).';
  static override examples = [
    '<%= config.bin %> groups list',
    "<%= config.bin %> groups list 'bar*' --state Empty",
    '<%= config.bin %> groups list --type consumer --type share -o json',
  ];
  static override args = {
    pattern: Args.string({ description: 'globs, or regular expressions between slashes' }),
  };
  static override strict = false;
  static override flags = {
    ...clusterFlags,
    state: Flags.string({ ...several, description: "only these: Stable, Empty and Kafka's other names" }),
    type: Flags.option({ ...several, options: types, description: 'only these' })(),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(GroupsList);
    const { state: states = [], type: chosen = [] } = flags;
    const options = { patterns: variadic(argv), states, types: chosen };
    await this.show(await listGroups(await this.cluster(flags), options), viewGroupList, flags);
  }
}
