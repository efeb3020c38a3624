import { WordCommand } from '../../cli/word-command.js';
import { dirs } from '../../zk/words.js';

export default class ZkDirs extends WordCommand {
  static override summary = "Show the sizes of a ZooKeeper server's data folders.";
  static override description = 'Needs ZooKeeper 3.5.1 or newer.';
  static override examples = ['<%= config.bin %> zk dirs'];
  protected readonly word = dirs;
}
