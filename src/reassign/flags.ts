import * as Flags from '@oclif/core/flags';
import { usageError } from '../base/errors.js';
import { parseBytes } from '../base/parse.js';
import { brokerIds } from '../brokers/flags.js';

/** Broker ids between commas. */
export const brokerIdsFlag = Flags.custom<number[]>({
  parse: async (text) => brokerIds(text.split(',').map((word) => word.trim())),
  helpValue: '<id,…>',
});

/** Bytes a second, written as `50MB/s` or `50MB`. */
export const rateFlag = Flags.custom<number>({
  parse: async (text) => parseRate(text),
  helpValue: '<bytes/s>',
});

/** @throws KctlError of usage when it is none, or 0 */
export function parseRate(text: string): number {
  const bytesPerSec = parseBytes(text.replace(/\/s$/, ''));
  if (bytesPerSec > 0) return bytesPerSec;
  throw usageError('at 0 bytes a second nothing moves', 'Write for example 50MB/s.');
}

/** A part, written as `10%` or `0.1`. */
const partFlag = Flags.custom<number>({
  parse: async (text) => parsePart(text),
  helpValue: '<percent>',
});

/** @throws KctlError of usage when it is not below 100 % */
export function parsePart(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim());
  const part = Number(match?.[1] ?? Number.NaN) / (match?.[2] === '%' ? 100 : 1);
  if (part >= 0 && part < 1) return part;
  throw usageError(`"${text}" is not a part below the whole`, 'Write for example 10% or 0.1.');
}

const replacement = Flags.custom<{ from: number; to: number }>({
  parse: async (text) => {
    const [from, to, ...rest] = brokerIds(text.split(':'));
    if (from === undefined || to === undefined || rest.length > 0) {
      throw usageError(`"${text}" is not OLD:NEW`, 'Write for example --replace 3:7.');
    }
    return { from, to };
  },
  helpValue: '<old:new>',
});

/** What is wanted, where one command takes several wishes at once. */
export const intentFlags = {
  drain: brokerIdsFlag({ description: 'brokers that give all their replicas away', helpGroup: 'INTENT' }),
  fill: brokerIdsFlag({ description: 'brokers that take their fair share', helpGroup: 'INTENT' }),
  replace: replacement({
    description: 'a broker that takes the places of another',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'INTENT',
  }),
  'replication-factor': Flags.integer({
    description: 'replicas for each partition of --topics',
    min: 1,
    helpGroup: 'INTENT',
  }),
  rebalance: Flags.boolean({ description: 'all brokers within the tolerance', helpGroup: 'INTENT' }),
  leaders: Flags.boolean({
    description: 'preferred leaders within the tolerance, by the order of replicas alone',
    helpGroup: 'INTENT',
  }),
};

/** The rules that a plan keeps to. */
export const ruleFlags = {
  topics: Flags.string({
    description: 'topics that may move (names, globs, /expressions/); their load is what is balanced',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'RULES',
    helpValue: '<pattern>',
  }),
  'exclude-topics': Flags.string({
    description: 'topics that stay where they are',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'RULES',
    helpValue: '<pattern>',
  }),
  'broker-ids': brokerIdsFlag({
    description: 'the brokers that take part (default: all)',
    helpGroup: 'RULES',
  }),
  'exclude-brokers': brokerIdsFlag({ description: 'brokers that keep what they have', helpGroup: 'RULES' }),
  'rack-aware': Flags.option({
    options: ['require', 'prefer', 'ignore'] as const,
    default: 'prefer',
    description: 'prefer: no partition in fewer racks than now; require: as many as there are; ignore: any',
    helpGroup: 'RULES',
  })(),
  tolerance: partFlag({
    description: 'how far from its fair share a broker may be (default 10%)',
    helpGroup: 'RULES',
  }),
  by: Flags.option({
    options: ['bytes', 'count'] as const,
    default: 'bytes',
    description: 'what is balanced and saved; count needs no sizes',
    helpGroup: 'RULES',
  })(),
  'disk-headroom': partFlag({
    description: "the part of each broker's disks that stays free (default 5%)",
    helpGroup: 'RULES',
  }),
};

const { topics, 'exclude-topics': excludeTopics, tolerance, ...placementRules } = ruleFlags;

/** The rules of where replicas may go, whichever topics are meant. */
export const placementRuleFlags = placementRules;

/** The rules of intents that ask for no balance. */
export const moveRuleFlags = { topics, 'exclude-topics': excludeTopics, ...placementRules };

/** The rules of what only changes leaders. */
export const leaderRuleFlags = { topics, 'exclude-topics': excludeTopics, tolerance };

/** Where a plan is kept. */
export const planFileFlag = {
  'plan-out': Flags.string({
    description: 'write the plan to a file, for "reassign apply"',
    helpValue: '<file>',
  }),
};

/** How a plan is shown and kept. */
export const planOutFlags = {
  throttle: rateFlag({ description: 'bytes a second that a broker may copy, for the time it takes' }),
  ...planFileFlag,
};

/** Where a cluster is read from that is not the one connected to. */
export const fromFileFlag = {
  'from-file': Flags.string({
    description:
      'plan for the cluster of "reassign snapshot -o json" in this file (- for stdin), not for a live one',
    helpValue: '<file>',
  }),
};
