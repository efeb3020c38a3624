import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { usageError } from '../base/errors.js';
import type { PortWish } from '../cluster/local/plan.js';

/** Flags of every command about a local cluster. */
export const nameFlag = {
  name: Flags.string({
    description: 'which local cluster',
    default: 'default',
    env: 'KCTL_LOCAL_NAME',
    helpValue: '<name>',
  }),
};

/** The words that name one broker: `broker 2`. */
export const brokerArgs = {
  server: Args.string({ description: 'the word "broker"', options: ['broker'] }),
  id: Args.integer({ description: 'the id of the broker', min: 1 }),
};

/** A port, or `auto`. */
export const portFlag = Flags.custom<PortWish>({
  parse: async (text) => {
    if (text === 'auto') return text;
    if (!/^\d{1,5}$/.test(text)) throw usageError(`"${text}" is not a port`, 'Write a number, or auto.');
    return Number(text);
  },
  helpValue: '<port|auto>',
});

/** The id of `broker ID`; undefined when neither word was given. */
export function brokerOf(args: { server?: string | undefined; id?: number | undefined }): number | undefined {
  if (args.server !== undefined && args.id === undefined)
    throw usageError('which broker?', 'Write its id: broker 2.');
  return args.id;
}
