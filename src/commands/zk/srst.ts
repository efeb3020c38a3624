import { ChangingWordCommand } from '../../cli/word-command.js';
import { srst } from '../../zk/words.js';

export default class ZkSrst extends ChangingWordCommand {
  static override summary = 'Reset the statistics of a ZooKeeper server.';
  static override description = 'It asks first; without a terminal it needs --yes.';
  static override examples = ['<%= config.bin %> zk srst --yes'];
  protected readonly word = srst;
  protected readonly effect = 'Reset the statistics';
}
