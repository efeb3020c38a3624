import { KctlCommand } from '../../../cli/command.js';
import { verifyEngines, viewLocalEngineList } from '../../../local/engines.js';
import { engineChoice, versionFlags } from '../../../local/start-flags.js';

export default class LocalEngineVerify extends KctlCommand {
  static override summary = 'Compare the jars of installed engines with their checksums.';
  static override examples = [
    '<%= config.bin %> local engine verify',
    '<%= config.bin %> local engine verify --kafka 3.9.2',
  ];
  static override flags = versionFlags;

  async run(): Promise<void> {
    const { flags } = await this.parse(LocalEngineVerify);
    await this.show(await verifyEngines(engineChoice(flags)), viewLocalEngineList, flags);
  }
}
