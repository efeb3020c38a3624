import { WordCommand } from '../../cli/word-command.js';
import { envi } from '../../zk/words.js';

export default class ZkEnvi extends WordCommand {
  static override summary = 'Show the Java environment of a ZooKeeper server.';
  static override examples = ['<%= config.bin %> zk envi'];
  protected readonly word = envi;
}
