import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';
import { expiryFlags, expiryOptions } from '../../tokens/flags.js';
import { changeExpiry } from '../../tokens/tokens.js';
import { viewExpiry } from '../../tokens/views.js';

export default class TokensExpire extends KctlCommand {
  static override summary = 'Let a delegation token expire, at once or after a while.';
  static override examples = ['<%= config.bin %> tokens expire --hmac-file token.hmac'];
  static override flags = { ...clusterFlags, ...expiryFlags('at once') };

  async run(): Promise<void> {
    const { flags } = await this.parse(TokensExpire);
    const options = await expiryOptions(flags);
    await this.show(await changeExpiry(await this.cluster(flags), 'expire', options), viewExpiry, flags);
  }
}
