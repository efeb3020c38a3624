import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';
import { perfProduceFlags, perfProduceRequest, topicOf, unhurried } from '../../perf/flags.js';
import { perfProduce } from '../../perf/produce.js';
import { viewPerfProduce } from '../../perf/views.js';

export default class PerfProduceCommand extends KctlCommand {
  static override summary = 'Write records to a topic as fast as it goes, or at a rate, and measure it.';
  static override description =
    "The options are those of Kafka's ProducerPerformance. Values are random letters, encoded before the clock starts, so that what is measured is the cluster and the way to it; a record's latency is from its making to its acknowledgement. The records stay in the topic.";
  static override examples = [
    '<%= config.bin %> perf produce bier-perf --num-records 100000 --record-size 100',
    '<%= config.bin %> perf produce bier-perf --num-records 1000 --throughput 1000 --acks 1 -o json',
  ];
  static override args = { topic: Args.string({ description: 'the topic; see also --topic' }) };
  static override flags = { ...clusterFlags, ...perfProduceFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PerfProduceCommand);
    const request = await perfProduceRequest(topicOf(args.topic, flags), flags);
    const result = await perfProduce(await this.cluster(unhurried(flags)), request, {
      interrupted: this.interrupted,
      report: (text) => this.streams.note(text),
      reportEveryMs: flags['reporting-interval'],
    });
    await this.show(result, viewPerfProduce, flags);
  }
}
