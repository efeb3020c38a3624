import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, durationFlag } from '../../cli/flags.js';
import { readHmac, renewToken } from '../../tokens/tokens.js';
import { viewExpiry } from '../../tokens/views.js';

export default class TokensRenew extends KctlCommand {
  static override summary = 'Put the expiry of a delegation token off.';
  static override examples = [
    '<%= config.bin %> tokens renew --hmac-file token.hmac --period 1h || echo "not logged in"',
  ];
  static override flags = {
    ...clusterFlags,
    'hmac-file': Flags.string({
      required: true,
      description: 'a file with the secret that tokens create showed ("-" is standard input)',
      helpValue: '<file>',
    }),
    period: durationFlag({ description: "how long from now (default: the broker's own)" }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(TokensRenew);
    const options = { hmac: await readHmac(flags['hmac-file']), periodMs: flags.period ?? -1 };
    await this.show(await renewToken(await this.cluster(flags), options), viewExpiry, flags);
  }
}
