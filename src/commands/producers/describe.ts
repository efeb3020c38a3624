import * as Args from '@oclif/core/args';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, variadic } from '../../cli/flags.js';
import { parsePartitionWord } from '../../topics/partitions.js';
import { describeProducers } from '../../transactions/producers.js';
import { viewProducers } from '../../transactions/views.js';

export default class ProducersDescribe extends KctlCommand {
  static override summary = 'Show the producers that the leaders of partitions know.';
  static override description =
    'Idempotent and transactional ones: others leave no trace (Kafka 2.8 and later).';
  static override examples = [
    '<%= config.bin %> producers describe bier-bar',
    '<%= config.bin %> producers describe bier-bar:0,1 -o json',
  ];
  static override args = {
    partition: Args.string({ description: 'topics or globs, or partitions as orders:0,2-5' }),
  };
  static override strict = false;
  static override flags = { ...clusterFlags };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(ProducersDescribe);
    const words = variadic(argv).map(parsePartitionWord);
    await this.show(await describeProducers(await this.cluster(flags), words), viewProducers, flags);
  }
}
