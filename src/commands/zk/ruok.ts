import { WordCommand } from '../../cli/word-command.js';
import { ruok } from '../../zk/words.js';

export default class ZkRuok extends WordCommand {
  static override summary = 'Ask whether a ZooKeeper server runs.';
  static override description = 'It says nothing of a quorum: see zk srvr for the mode of a server.';
  static override examples = ['<%= config.bin %> zk ruok'];
  protected readonly word = ruok;
}
