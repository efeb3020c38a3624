import { WordCommand } from '../../cli/word-command.js';
import { stat } from '../../zk/words.js';

export default class ZkStat extends WordCommand {
  static override summary = "Show a ZooKeeper server's state and its connections.";
  static override description =
    'The version, mode, last transaction, counters and latency of a server, and who is connected to it.\nOf several servers (-z zk1:2181,zk2:2181) each one is asked, and each that does not answer is an error.';
  static override examples = [
    '<%= config.bin %> zk stat',
    '<%= config.bin %> zk stat -o json',
    '<%= config.bin %> zk stat --raw',
  ];
  protected readonly word = stat;
}
