import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { usageError } from '../../base/errors.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, confirmFlags, dryRunFlag, variadic } from '../../cli/flags.js';
import { rateFlag } from '../../reassign/flags.js';
import { moveLogDirs } from '../../reassign/move-log-dirs.js';
import { viewLogDirMoves } from '../../reassign/run-views.js';
import { parsePartitionWord } from '../../topics/partitions.js';

export default class ReassignLogDirs extends KctlCommand {
  static override summary =
    'Move replicas between the log directories of a broker, and wait until they are there.';
  static override description =
    'Ctrl-C stops the waiting: the broker goes on copying, and a --throttle stays. "brokers log-dirs" shows the directories.';
  static override examples = [
    '<%= config.bin %> reassign log-dirs bier-bar:0 --broker 1 --to /data2 --dry-run',
    '<%= config.bin %> reassign log-dirs --broker 1 --from /data1 --to /data2 --throttle 20MB/s --yes',
  ];
  static override args = {
    partition: Args.string({ description: 'topics or globs, or partitions as orders:0,2-5' }),
  };
  static override strict = false;
  static override flags = {
    ...clusterFlags,
    ...dryRunFlag,
    ...confirmFlags,
    broker: Flags.integer({ required: true, min: 0, description: 'the broker whose directories they are' }),
    from: Flags.string({
      description: 'only replicas of this directory; without partitions all of it',
      helpValue: '<dir>',
    }),
    to: Flags.string({ required: true, description: 'where they go', helpValue: '<dir>' }),
    throttle: rateFlag({ description: 'bytes a second that are copied; put back at the end' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(ReassignLogDirs);
    const { broker, from, to, throttle, 'dry-run': dryRun } = flags;
    const words = variadic(argv).map(parsePartitionWord);
    if (words.length === 0 && from === undefined)
      throw usageError('move what?', 'Name partitions, or a directory with --from.');
    if (!dryRun) await this.confirm(`Move replicas of broker ${broker} to ${to}?`, flags);
    const options = {
      broker,
      from,
      to,
      words,
      dryRun,
      throttleBytesPerSec: throttle,
      signal: this.interrupted,
    };
    const progress = (text: string) => this.streams.progress(text);
    const moves = await moveLogDirs(await this.cluster(flags), { ...options, progress });
    await this.show(moves, viewLogDirMoves, flags);
  }
}
