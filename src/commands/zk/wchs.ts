import { WordCommand } from '../../cli/word-command.js';
import { wchs } from '../../zk/words.js';

export default class ZkWchs extends WordCommand {
  static override summary = 'Count the watches of a ZooKeeper server.';
  static override examples = ['<%= config.bin %> zk wchs'];
  protected readonly word = wchs;
}
