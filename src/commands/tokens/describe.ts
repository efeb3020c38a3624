import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';
import { describeTokens, parsePrincipal } from '../../tokens/tokens.js';
import { viewTokens } from '../../tokens/views.js';

export default class TokensDescribe extends KctlCommand {
  static override summary = 'Show delegation tokens, without their secrets.';
  static override examples = ['<%= config.bin %> tokens describe --owner User:alice'];
  static override flags = {
    ...clusterFlags,
    owner: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'only those of an owner',
      helpValue: '<User:name>',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(TokensDescribe);
    const options = { owners: (flags.owner ?? []).map(parsePrincipal) };
    await this.show(await describeTokens(await this.cluster(flags), options), viewTokens, flags);
  }
}
