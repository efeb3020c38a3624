import { WordCommand } from '../../cli/word-command.js';
import { srvr } from '../../zk/words.js';

export default class ZkSrvr extends WordCommand {
  static override summary = "Show a ZooKeeper server's state.";
  static override description =
    'As zk stat, without the connections. It is the one word that ZooKeeper allows from the start.\nOf an ensemble (-z zk1:2181,zk2:2181,zk3:2181) it shows a table: which server leads, and how far each is.';
  static override examples = ['<%= config.bin %> zk srvr', '<%= config.bin %> zk srvr -o json'];
  protected readonly word = srvr;
}
