import { ChangingWordCommand } from '../../cli/word-command.js';
import { crst } from '../../zk/words.js';

export default class ZkCrst extends ChangingWordCommand {
  static override summary = 'Reset the connection statistics of a ZooKeeper server.';
  static override description = 'It asks first; without a terminal it needs --yes.';
  static override examples = ['<%= config.bin %> zk crst --yes'];
  protected readonly word = crst;
  protected readonly effect = 'Reset the connection statistics';
}
