import * as Args from '@oclif/core/args';
import { describeApiVersions } from '../../brokers/api-versions.js';
import { viewApiVersions } from '../../brokers/broker-views.js';
import { brokerIds } from '../../brokers/flags.js';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, variadic } from '../../cli/flags.js';

export default class BrokersApiVersions extends KctlCommand {
  static override summary =
    'Show the requests that brokers understand, in which versions, and which kctl uses.';
  static override examples = [
    '<%= config.bin %> brokers api-versions 1',
    '<%= config.bin %> brokers api-versions -o tsv',
  ];
  static override args = {
    id: Args.string({ description: 'ids of brokers; all that are alive by default' }),
  };
  static override strict = false;
  static override flags = clusterFlags;

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(BrokersApiVersions);
    const options = { brokers: brokerIds(variadic(argv)) };
    await this.show(await describeApiVersions(await this.cluster(flags), options), viewApiVersions, flags);
  }
}
