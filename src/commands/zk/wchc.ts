import { WordCommand } from '../../cli/word-command.js';
import { wchc } from '../../zk/words.js';

export default class ZkWchc extends WordCommand {
  static override summary = 'Show the watches of a ZooKeeper server by session.';
  static override description = 'This may cost a server with many watches some time.';
  static override examples = ['<%= config.bin %> zk wchc'];
  protected readonly word = wchc;
}
