import * as Args from '@oclif/core/args';
import { renderJson } from '../../base/json.js';
import { KctlCommand } from '../../cli/command.js';
import { znodeFlags } from '../../cli/flags.js';
import { Znodes } from '../../znodes/client.js';
import { exportZnodes } from '../../znodes/transfer.js';

export default class ZkExport extends KctlCommand {
  static override summary = 'Print a subtree as lines of JSON: data, ACL and type of each znode.';
  static override description =
    'Owners of ephemeral znodes, versions and times are not in it, as they cannot be restored; containers and TTLs are persistent in it, as servers tell nobody of them. It is no snapshot: what changes meanwhile is seen or not.';
  static override examples = [
    '<%= config.bin %> zk export /config > config.ndjson',
    '<%= config.bin %> zk export /brokers/topics',
  ];
  static override args = { path: Args.string({ default: '/', description: 'path of the znode' }) };
  static override flags = { ...znodeFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ZkExport);
    const access = await this.zookeeper(flags);
    const options = { timeoutMs: flags.timeout, allowReadOnly: flags['allow-read-only'] };
    const znodes = await this.opened(Znodes.open(access, options));
    const { ephemerals, znodes: count } = await exportZnodes(znodes, args.path, (znode) =>
      this.streams.write(`${renderJson(znode, 0)}\n`),
    );
    if (ephemerals > 0)
      this.streams.note(`${ephemerals} of ${count} znodes are ephemeral: zk import leaves them out`);
  }
}
