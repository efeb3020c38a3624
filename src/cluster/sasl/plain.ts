import type { SaslMechanism } from './mechanism.js';

/** RFC 4616. */
export function plain(username: string, password: string): SaslMechanism {
  return {
    name: 'PLAIN',
    username,
    begin: () => ({
      start: async () => Buffer.from(`\0${username}\0${password}`),
      answer: async () => undefined,
    }),
  };
}
