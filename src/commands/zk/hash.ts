import { WordCommand } from '../../cli/word-command.js';
import { hash } from '../../zk/words.js';

export default class ZkHash extends WordCommand {
  static override summary = "Show digests of a ZooKeeper server's tree.";
  static override description =
    'Servers whose digests at the same zxid differ hold different data. Needs ZooKeeper 3.6 or newer.';
  static override examples = ['<%= config.bin %> zk hash'];
  protected readonly word = hash;
}
