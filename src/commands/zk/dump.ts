import { WordCommand } from '../../cli/word-command.js';
import { dump } from '../../zk/words.js';

export default class ZkDump extends WordCommand {
  static override summary = 'Show sessions and the ephemeral znodes of each.';
  static override description = 'Only the server that leads knows when sessions expire.';
  static override examples = ['<%= config.bin %> zk dump', '<%= config.bin %> zk dump -o json'];
  protected readonly word = dump;
}
