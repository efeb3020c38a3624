import { KctlCommand } from '../../../cli/command.js';
import { setUpLocalEngine } from '../../../local/operations.js';
import { engineChoice, engineFlags } from '../../../local/start-flags.js';
import { viewLocalEngine } from '../../../local/views.js';

export default class LocalEngineInstall extends KctlCommand {
  static override summary =
    'Fetch and prepare the Kafka that a local cluster runs, ahead of its first start.';
  static override description =
    "Maven fetches the jars, so that your mirror and proxy settings hold; each is checked against kctl's own list. What is there already is not fetched again.";
  static override examples = [
    '<%= config.bin %> local engine install',
    '<%= config.bin %> local engine install --kafka 4.3.0',
  ];
  static override flags = engineFlags;

  async run(): Promise<void> {
    const { flags } = await this.parse(LocalEngineInstall);
    const progress = (text: string) => this.streams.note(text);
    const engine = await setUpLocalEngine(engineChoice(flags), { progress, signal: this.interrupted });
    await this.show(engine, viewLocalEngine, flags);
  }
}
