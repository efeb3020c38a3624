import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';
import { perfLatencyFlags, topicOf, unhurried } from '../../perf/flags.js';
import { perfLatency } from '../../perf/latency.js';
import { viewPerfLatency } from '../../perf/views.js';

export default class PerfLatencyCommand extends KctlCommand {
  static override summary = 'Measure how long a record takes from being written to being read.';
  static override description =
    "One record after another goes to partition 0 and is waited for, as in Kafka's EndToEndLatency. The records stay in the topic.";
  static override examples = [
    '<%= config.bin %> perf latency bier-perf --num-records 200',
    '<%= config.bin %> perf latency bier-perf --num-records 200 --acks 1 --record-size 1000 -o json',
  ];
  static override args = { topic: Args.string({ description: 'the topic; see also --topic' }) };
  static override flags = { ...clusterFlags, ...perfLatencyFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PerfLatencyCommand);
    const request = {
      topic: topicOf(args.topic, flags),
      records: flags['num-records'],
      recordBytes: flags['record-size'],
      acks: flags.acks,
      recordTimeoutMs: flags['record-timeout'],
    };
    const result = await perfLatency(await this.cluster(unhurried(flags)), request, {
      interrupted: this.interrupted,
      report: (text) => this.streams.note(text),
      reportEveryMs: Number.POSITIVE_INFINITY,
    });
    await this.show(result, viewPerfLatency, flags);
  }
}
