import { WordCommand } from '../../cli/word-command.js';
import { isro } from '../../zk/words.js';

export default class ZkIsro extends WordCommand {
  static override summary = 'Ask whether a ZooKeeper server serves only reads.';
  static override description =
    'It does while it is cut off from its quorum and its read-only mode is enabled.';
  static override examples = ['<%= config.bin %> zk isro'];
  protected readonly word = isro;
}
