import { WordCommand } from '../../cli/word-command.js';
import { cons } from '../../zk/words.js';

export default class ZkCons extends WordCommand {
  static override summary = 'Show the connections to a ZooKeeper server with their sessions.';
  static override examples = ['<%= config.bin %> zk cons', '<%= config.bin %> zk cons -o wide'];
  protected readonly word = cons;
}
