import type { SaslMechanism } from './mechanism.js';
import { explainToken, type Token } from './token.js';

/**
 * RFC 7628, as KIP-255 has it.
 * @param fetch gives a token for each login, since tokens expire
 */
export function oauthBearer(
  fetch: () => Promise<Token>,
  extensions: Record<string, string> = {},
): SaslMechanism {
  let last: Token | undefined;
  return {
    name: 'OAUTHBEARER',
    begin: () => ({
      start: async () => {
        last = await fetch();
        const more = Object.entries(extensions).map(([name, value]) => `${name}=${value}\x01`);
        return Buffer.from(`n,,\x01auth=Bearer ${last.text}\x01${more.join('')}\x01`);
      },
      // A refusal comes as a challenge in JSON; this ends the conversation, and the broker then says why it failed.
      answer: async (challenge) => (challenge.length === 0 ? undefined : Buffer.from('\x01')),
    }),
    explainRefusal: () => last && explainToken(last),
  };
}
