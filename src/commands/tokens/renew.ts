import { KctlCommand } from '../../cli/command.js';
import { clusterFlags } from '../../cli/flags.js';
import { expiryFlags, expiryOptions } from '../../tokens/flags.js';
import { changeExpiry } from '../../tokens/tokens.js';
import { viewExpiry } from '../../tokens/views.js';

export default class TokensRenew extends KctlCommand {
  static override summary = 'Put the expiry of a delegation token off.';
  static override examples = ['<%= config.bin %> tokens renew --hmac-file token.hmac --period 1h'];
  static override flags = { ...clusterFlags, ...expiryFlags("the broker's own") };

  async run(): Promise<void> {
    const { flags } = await this.parse(TokensRenew);
    const options = await expiryOptions(flags);
    await this.show(await changeExpiry(await this.cluster(flags), 'renew', options), viewExpiry, flags);
  }
}
