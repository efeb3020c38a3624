import { WordCommand } from '../../cli/word-command.js';
import { wchp } from '../../zk/words.js';

export default class ZkWchp extends WordCommand {
  static override summary = 'Show the watches of a ZooKeeper server by path.';
  static override description = 'This may cost a server with many watches some time.';
  static override examples = ['<%= config.bin %> zk wchp'];
  protected readonly word = wchp;
}
