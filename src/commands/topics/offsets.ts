import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, variadic } from '../../cli/flags.js';
import { viewOffsets, viewOffsetsAtTime } from '../../topics/offset-views.js';
import { describeOffsets, findTopicOffsets, parseOffsetQuery } from '../../topics/offsets.js';
import { parsePartitionWord } from '../../topics/partitions.js';

export default class TopicsOffsets extends KctlCommand {
  static override summary = 'Show the offsets of partitions, and the times, count and rate of their records.';
  static override description =
    `With --time it shows one offset a partition: of the first record of that time or later, or of a named point. Kafka's -1 to -5 stand for latest, earliest, max-timestamp, earliest-local and latest-tiered.`;
  static override examples = [
    '<%= config.bin %> topics offsets bier-bar',
    '<%= config.bin %> topics offsets bier-bar:0-1 --time earliest',
    '<%= config.bin %> topics offsets bier-bar --time 15m -o json',
    '<%= config.bin %> topics offsets bier-bar --time 2026-03-01T12:00:00Z',
  ];
  static override args = {
    partition: Args.string({ description: 'topics or globs, or partitions as orders:0,2-5' }),
  };
  static override strict = false;
  static override flags = {
    ...clusterFlags,
    time: Flags.string({ description: 'one point only', helpValue: '<point>' }),
    isolation: Flags.option({
      options: ['read_uncommitted', 'read_committed'] as const,
      default: 'read_uncommitted',
      description: 'whether the latest of --time is the end, or the last stable offset',
    })(),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(TopicsOffsets);
    const words = variadic(argv).map(parsePartitionWord);
    if (flags.time === undefined) {
      await this.show(await describeOffsets(await this.cluster(flags), words), viewOffsets, flags);
      return;
    }
    const options = { query: parseOffsetQuery(flags.time), isolation: flags.isolation };
    const offsets = await findTopicOffsets(await this.cluster(flags), words, options);
    await this.show(offsets, viewOffsetsAtTime, flags);
  }
}
