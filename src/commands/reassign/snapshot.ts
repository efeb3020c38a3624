import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';
import { readLiveSnapshot } from '../../reassign/live-snapshot.js';
import { viewSnapshot } from '../../reassign/snapshot-view.js';

export default class ReassignSnapshot extends KctlCommand {
  static override summary = 'Show what is planned from: brokers, racks, replicas, bytes, room on disks.';
  static override description =
    'As JSON it is the file that "reassign plan --from-file" reads, for planning without the cluster.';
  static override examples = [
    '<%= config.bin %> reassign snapshot',
    '<%= config.bin %> reassign snapshot -o json > snapshot.json',
  ];
  static override flags = { ...clusterFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(ReassignSnapshot);
    await this.show(await readLiveSnapshot(await this.cluster(flags)), viewSnapshot, flags);
  }
}
