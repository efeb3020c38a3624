import { WordCommand } from '../../cli/word-command.js';
import { conf } from '../../zk/words.js';

export default class ZkConf extends WordCommand {
  static override summary = "Show a ZooKeeper server's settings and its ensemble.";
  static override examples = ['<%= config.bin %> zk conf', '<%= config.bin %> zk conf -o json'];
  protected readonly word = conf;
}
