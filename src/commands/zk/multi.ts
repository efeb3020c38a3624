import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { confirmFlags, znodeChangeFlags } from '../../cli/flags.js';
import { readLines } from '../../cli/input.js';
import { Znodes } from '../../znodes/client.js';
import { parseTransactionOp, runTransaction } from '../../znodes/transaction.js';
import { viewZnodeChanges } from '../../znodes/views.js';

export default class ZkMulti extends KctlCommand {
  static override summary = 'Do several changes as one transaction: all of them or none.';
  static override description =
    'A line of JSON each: {"op":"create|set|delete|check","path":"/a","data":"1","version":3}. It asks first if anything is deleted; without a terminal it then needs --yes.';
  static override examples = [
    '<%= config.bin %> zk multi --file transaction.ndjson --dry-run',
    `echo '{"op":"create","path":"/bier-multi","data":"1"}' | <%= config.bin %> zk multi`,
  ];
  static override flags = {
    ...znodeChangeFlags,
    ...confirmFlags,
    file: Flags.string({ char: 'f', default: '-', description: 'the operations; - is stdin' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(ZkMulti);
    const ops = await readLines(flags.file, this.streams, parseTransactionOp);
    const deletes = ops.filter(({ op }) => op === 'delete').length;
    const dryRun = flags['dry-run'];
    if (deletes > 0 && !dryRun) await this.confirm(`Delete ${deletes} znodes?`, flags);
    const znodes = await this.opened(Znodes.open(await this.zookeeper(flags), { timeoutMs: flags.timeout }));
    const options = { dryRun, forceKafkaMetadata: flags['force-kafka-metadata'] };
    await this.show(await runTransaction(znodes, ops, options), viewZnodeChanges, flags);
  }
}
