import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { bytesFlag, clusterFlags } from '../../cli/flags.js';
import { advisePartitions } from '../../perf/advise.js';
import { unhurried } from '../../perf/flags.js';
import { viewPartitionAdvice } from '../../perf/views.js';

export default class TopicsAdvise extends KctlCommand {
  static override summary = 'Say how many partitions a topic needs to carry a throughput.';
  static override description =
    'It is the greater of target ÷ what one partition is written with and target ÷ what one is read with. What is not given is measured: on a topic of one partition, made and deleted for it, as fast as the cluster takes it.';
  static override examples = [
    '<%= config.bin %> topics advise --target-throughput 200MB --producer-throughput 10MB --consumer-throughput 20MB',
    '<%= config.bin %> topics advise --target-throughput 200MB --num-records 20000 -o json',
  ];
  static override flags = {
    ...clusterFlags,
    'target-throughput': bytesFlag({ description: 'bytes a second of all partitions', required: true }),
    'producer-throughput': bytesFlag({ description: 'bytes a second that one partition is written with' }),
    'consumer-throughput': bytesFlag({ description: 'bytes a second that one partition is read with' }),
    'replication-factor': Flags.integer({ description: 'of the topic that is measured', min: 1 }),
    'num-records': Flags.integer({ description: 'records of the measurement', min: 1, default: 1_000_000 }),
    'record-size': Flags.integer({ description: 'their bytes', min: 1, max: 900_000, default: 100 }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(TopicsAdvise);
    const request = {
      targetBytesPerSec: flags['target-throughput'],
      producerBytesPerSec: flags['producer-throughput'],
      consumerBytesPerSec: flags['consumer-throughput'],
      replicationFactor: flags['replication-factor'],
      records: flags['num-records'],
      recordBytes: flags['record-size'],
    };
    const advice = await advisePartitions(() => this.cluster(unhurried(flags)), request, {
      interrupted: this.interrupted,
      report: (text) => this.note(text, flags),
      reportEveryMs: Number.POSITIVE_INFINITY,
    });
    await this.show(advice, viewPartitionAdvice, flags);
  }
}
