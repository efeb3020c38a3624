import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';
import { unhurried } from '../../perf/flags.js';
import { perfSuite } from '../../perf/suite.js';
import { viewPerfSuite } from '../../perf/views.js';

export default class PerfSuiteCommand extends KctlCommand {
  static override summary =
    'Play the cases of a well-known benchmark of Kafka, beside its published figures.';
  static override description =
    'The figures are those of "Benchmarking Apache Kafka: 2 Million Writes Per Second (On Three Cheap Machines)", of 2014, with 50 million records of 100 bytes to topics of 6 partitions. The topics are made for it and deleted. All clients are in this process, and on this machine.';
  static override examples = ['<%= config.bin %> perf suite --num-records 10000 --latency-records 50'];
  static override flags = {
    ...clusterFlags,
    'num-records': Flags.integer({ description: 'records of each case', min: 1, default: 2_000_000 }),
    'record-size': Flags.integer({ description: 'bytes of a value', min: 10, max: 900_000, default: 100 }),
    partitions: Flags.integer({ description: 'of each topic', min: 1, max: 1000, default: 6 }),
    'latency-records': Flags.integer({ description: 'records of the last case', min: 1, default: 1000 }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(PerfSuiteCommand);
    const request = {
      records: flags['num-records'],
      recordBytes: flags['record-size'],
      partitions: flags.partitions,
      latencyRecords: flags['latency-records'],
    };
    const result = await perfSuite(await this.cluster(unhurried(flags)), request, {
      interrupted: this.interrupted,
      report: (text) => this.streams.note(text),
      reportEveryMs: Number.POSITIVE_INFINITY,
    });
    await this.show(result, viewPerfSuite, flags);
  }
}
