import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, durationFlag } from '../../cli/flags.js';
import { expireToken, readHmac } from '../../tokens/tokens.js';
import { viewExpiry } from '../../tokens/views.js';

export default class TokensExpire extends KctlCommand {
  static override summary = 'Let a delegation token expire, at once or after a while.';
  static override examples = [
    '<%= config.bin %> tokens expire --hmac-file token.hmac || echo "not logged in"',
  ];
  static override flags = {
    ...clusterFlags,
    'hmac-file': Flags.string({
      required: true,
      description: 'a file with the secret that tokens create showed ("-" is standard input)',
      helpValue: '<file>',
    }),
    period: durationFlag({ description: 'how long from now (default: at once)' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(TokensExpire);
    const options = { hmac: await readHmac(flags['hmac-file']), periodMs: flags.period ?? -1 };
    await this.show(await expireToken(await this.cluster(flags), options), viewExpiry, flags);
  }
}
