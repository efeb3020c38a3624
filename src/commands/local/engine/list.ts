import { KctlCommand } from '../../../cli/command.js';
import { listEngines, viewLocalEngineList } from '../../../local/engines.js';

export default class LocalEngineList extends KctlCommand {
  static override summary =
    'List the versions of Kafka and ZooKeeper that kctl was tested with or has installed.';
  static override description =
    'What is installed starts without Maven and without a network. Any other version from Kafka 2.4.0 and ZooKeeper 3.4.10 on can be installed too.';
  static override examples = ['<%= config.bin %> local engine list'];

  async run(): Promise<void> {
    const { flags } = await this.parse(LocalEngineList);
    await this.show(listEngines(), viewLocalEngineList, flags);
  }
}
