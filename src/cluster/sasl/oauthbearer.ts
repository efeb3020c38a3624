import type { SaslMechanism } from './mechanism.js';

/**
 * RFC 7628, as KIP-255 has it.
 * @param token fetched for each login, since tokens expire
 */
export function oauthBearer(
  token: () => Promise<string>,
  extensions: Record<string, string> = {},
): SaslMechanism {
  return {
    name: 'OAUTHBEARER',
    begin: () => ({
      start: async () => {
        const more = Object.entries(extensions).map(([name, value]) => `${name}=${value}\x01`);
        return Buffer.from(`n,,\x01auth=Bearer ${await token()}\x01${more.join('')}\x01`);
      },
      // A refusal comes as a challenge in JSON; this ends the conversation, and the broker then says why it failed.
      answer: async (challenge) => (challenge.length === 0 ? undefined : Buffer.from('\x01')),
    }),
  };
}
