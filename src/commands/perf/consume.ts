import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';
import { perfConsume } from '../../perf/consume.js';
import { perfConsumeFlags, topicOf, unhurried } from '../../perf/flags.js';
import { viewPerfConsume } from '../../perf/views.js';

export default class PerfConsumeCommand extends KctlCommand {
  static override summary = 'Read records of a topic as fast as it goes, and measure it.';
  static override description =
    "The options are those of Kafka's ConsumerPerformance. Every record is decoded and counted; no group is joined, so there is no time of rebalancing.";
  static override examples = [
    '<%= config.bin %> perf consume bier-perf --num-records 5',
    '<%= config.bin %> perf consume bier-perf --num-records 10 --consumers 3 -o json',
  ];
  static override args = { topic: Args.string({ description: 'the topic; see also --topic' }) };
  static override flags = { ...clusterFlags, ...perfConsumeFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PerfConsumeCommand);
    const request = {
      topic: topicOf(args.topic, flags),
      records: flags['num-records'],
      consumers: flags.consumers,
      fromLatest: flags['from-latest'],
      idleMs: flags['idle-timeout'],
    };
    const result = await perfConsume(await this.cluster(unhurried(flags)), request, {
      interrupted: this.interrupted,
      report: (text) => this.streams.note(text),
      reportEveryMs: flags['reporting-interval'],
    });
    await this.show(result, viewPerfConsume, flags);
  }
}
