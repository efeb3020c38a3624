import { KctlCommand } from '../../../cli/command.js';
import { confirmFlags } from '../../../cli/flags.js';
import { removeEngines, viewLocalEngineList } from '../../../local/engines.js';
import { engineChoice, versionFlags } from '../../../local/start-flags.js';

export default class LocalEngineRemove extends KctlCommand {
  static override summary = 'Remove installed engines, or one of them, from the cache.';
  static override description =
    'The next start fetches what it needs again. It asks first; without a terminal it needs --yes.';
  static override examples = ['<%= config.bin %> local engine remove --kafka 4.0.1 --yes'];
  static override flags = { ...versionFlags, ...confirmFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(LocalEngineRemove);
    const { kafka, 'zookeeper-version': zookeeper } = flags;
    const what = kafka ?? zookeeper;
    await this.confirm(`Remove ${what === undefined ? 'every engine' : what} from the cache?`, flags);
    await this.show(await removeEngines(engineChoice(flags)), viewLocalEngineList, flags);
  }
}
