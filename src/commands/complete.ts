import * as Args from '@oclif/core/args';
import { KctlCommand } from '../cli/command.js';
import { complete } from '../completion/complete.js';

export default class Complete extends KctlCommand {
  static override summary = 'Say what the last word of a command line could be: what shells ask.';
  static override description =
    'The words come behind "--"; the last of them is being typed and may be empty. A line each: the word, and behind a tab what it means.';
  static override examples = [
    "<%= config.bin %> complete -- topics describe ''",
    '<%= config.bin %> complete -- groups lag --max',
  ];
  static override args = { word: Args.string({ description: 'the words behind kctl' }) };
  static override strict = false;

  async run(): Promise<void> {
    const end = this.argv.indexOf('--');
    await this.streams.write(await complete(end < 0 ? [''] : this.argv.slice(end + 1)));
  }
}
