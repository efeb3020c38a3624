import * as Flags from '@oclif/core/flags';
import { parseDurationMs } from '../base/parse.js';
import { readHmac } from './tokens.js';

/** What another expiry of a token takes. @param whenAbsent what it is when no period is given */
export function expiryFlags(whenAbsent: string) {
  return {
    'hmac-file': Flags.string({
      required: true,
      description: 'a file with the secret that tokens create showed ("-" is standard input)',
      helpValue: '<file>',
    }),
    period: Flags.custom<number>({
      parse: async (text) => parseDurationMs(text),
      helpValue: '<duration>',
      description: `how long from now (default: ${whenAbsent})`,
    })(),
  };
}

export async function expiryOptions(flags: { 'hmac-file': string; period?: number | undefined }) {
  return { hmac: await readHmac(flags['hmac-file']), periodMs: flags.period ?? -1 };
}
