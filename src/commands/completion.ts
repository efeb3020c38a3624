import * as Args from '@oclif/core/args';
import { KctlCommand } from '../cli/command.js';
import { scripts, shells } from '../completion/scripts.js';

export default class Completion extends KctlCommand {
  static override summary = 'Print what makes a shell complete the words of kctl.';
  static override description =
    'Commands, flags and their values, and from the live cluster: topics, groups, brokers, users and keys of configurations, within 300 ms or not at all (KCTL_COMPLETION_TIMEOUT=1s for one that is far away). For good: put the line into ~/.bashrc or ~/.zshrc, or the output into ~/.config/fish/completions/kctl.fish.';
  static override examples = [
    'source <(<%= config.bin %> completion bash)',
    '<%= config.bin %> completion zsh > _kctl',
    '<%= config.bin %> completion fish > kctl.fish',
  ];
  static override args = {
    shell: Args.string({ required: true, options: [...shells], description: 'which shell' }),
  };

  async run(): Promise<void> {
    const { args } = await this.parse(Completion);
    const shell = shells.find((each) => each === args.shell);
    if (shell) await this.streams.write(scripts[shell]);
  }
}
