import { WordCommand } from '../../cli/word-command.js';
import { gtmk } from '../../zk/words.js';

export default class ZkGtmk extends WordCommand {
  static override summary = "Show a ZooKeeper server's trace mask.";
  static override examples = ['<%= config.bin %> zk gtmk'];
  protected readonly word = gtmk;
}
