import { KctlCommand } from '../../../cli/command.js';
import { znodeFlags } from '../../../cli/flags.js';
import { readElection } from '../../../registry/read.js';
import { viewElection } from '../../../registry/views.js';
import { Znodes } from '../../../znodes/client.js';

export default class ZkKafkaElection extends KctlCommand {
  static override summary =
    'Show what waits for the controller: elections, reassignments, deletions, a migration.';
  static override examples = [
    '<%= config.bin %> zk kafka election',
    '<%= config.bin %> zk kafka election -o json',
  ];
  static override flags = { ...znodeFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(ZkKafkaElection);
    const access = await this.zookeeper(flags);
    const options = { timeoutMs: flags.timeout, allowReadOnly: flags['allow-read-only'] };
    const znodes = await this.opened(Znodes.open(access, options));
    await this.show(await readElection(znodes), viewElection, flags);
  }
}
