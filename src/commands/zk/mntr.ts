import { WordCommand } from '../../cli/word-command.js';
import { mntr } from '../../zk/words.js';

export default class ZkMntr extends WordCommand {
  static override summary = "Show a ZooKeeper server's metrics.";
  static override description =
    "Some tens of them before ZooKeeper 3.6, some hundreds since; the names are the server's own.";
  static override examples = ['<%= config.bin %> zk mntr', '<%= config.bin %> zk mntr -o tsv'];
  protected readonly word = mntr;
}
