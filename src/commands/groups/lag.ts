import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { pause } from '../../base/deadline.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, durationFlag, variadic } from '../../cli/flags.js';
import { lagLevels, measureLag } from '../../groups/lag.js';
import { viewLag } from '../../groups/views.js';

export default class GroupsLag extends KctlCommand {
  static override summary = 'Show how far groups are behind, in records and in time.';
  static override description =
    'With --max-lag it is a check: exit 5 when anything shown is further behind. --watch goes on until it is interrupted; as JSON it gives a line an item.';
  static override examples = [
    '<%= config.bin %> groups lag',
    '<%= config.bin %> groups lag bar-group --by partition --time',
    '<%= config.bin %> groups lag bar-group --max-lag 1000 -o json',
    '<%= config.bin %> groups lag --min 1 --watch 5s',
  ];
  static override args = { group: Args.string({ description: 'names or globs of groups; all without any' }) };
  static override strict = false;
  static override flags = {
    ...clusterFlags,
    by: Flags.option({ options: lagLevels, default: 'group', description: 'a row for each' })(),
    min: Flags.integer({ min: 0, default: 0, description: 'leave out what has less lag' }),
    'max-lag': Flags.integer({ min: 0, description: 'exit 5 when one has more lag' }),
    time: Flags.boolean({ description: 'also how long ago the first unread record was written' }),
    watch: durationFlag({ description: 'show it again and again, so long apart', exclusive: ['max-lag'] }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(GroupsLag);
    const { by, min, time, watch, 'max-lag': maxLag } = flags;
    const cluster = await this.cluster(flags);
    const request = { groups: variadic(argv), by, min, maxLag, time };
    const shown = watch !== undefined && this.format(flags) === 'json' ? lines : flags;
    do {
      await this.show(await measureLag(cluster, request), (list) => viewLag(list, by), {
        ...flags,
        ...shown,
      });
      if (watch !== undefined) await pause(watch, AbortSignal.any([this.interrupted, this.streams.closed]));
    } while (watch !== undefined && !this.interrupted.aborted && !this.streams.closed.aborted);
  }
}

/** Of an endless stream. */
const lines = { json: false, output: 'ndjson' } as const;
