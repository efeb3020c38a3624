import * as Flags from '@oclif/core/flags';
import { KctlCommand } from '../../cli/command.js';
import { clusterFlags, durationFlag } from '../../cli/flags.js';
import { createToken, parsePrincipal } from '../../tokens/tokens.js';
import { viewCreatedToken } from '../../tokens/views.js';

export default class TokensCreate extends KctlCommand {
  static override summary = 'Make a delegation token: a login for a while, without the password.';
  static override description =
    'Its secret (HMAC) is shown this once. One has to be logged in, by SASL or by a certificate.';
  static override examples = ['<%= config.bin %> tokens create --renewer User:bob --max-lifetime 1d'];
  static override flags = {
    ...clusterFlags,
    owner: Flags.string({ description: 'for somebody else, as one who may', helpValue: '<User:name>' }),
    renewer: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'who may renew it beside its owner',
      helpValue: '<User:name>',
    }),
    'max-lifetime': durationFlag({ description: "how long it can be renewed (default: the broker's own)" }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(TokensCreate);
    const options = {
      owner: flags.owner === undefined ? undefined : parsePrincipal(flags.owner),
      renewers: (flags.renewer ?? []).map(parsePrincipal),
      maxLifetimeMs: flags['max-lifetime'] ?? -1,
    };
    await this.show(await createToken(await this.cluster(flags), options), viewCreatedToken, flags);
  }
}
