import * as Flags from '@oclif/core/flags';
import { usageError } from '../base/errors.js';
import { parseBytes, parseDurationMs } from '../base/parse.js';
import type { ApplyOptions } from './apply.js';
import { parseRate, planFileFlag } from './flags.js';
import { autoBytesPerSec } from './run/throttles.js';
import type { RunLimits, ThrottleChoice } from './run/types.js';
import { type RunStreams, runTeller } from './run-output.js';

/** `50MB/s`, `auto` or `none`. */
export function parseThrottle(text: string): ThrottleChoice {
  if (text === 'auto') return 'auto';
  return text === 'none' ? null : parseRate(text);
}

const throttle = Flags.custom<ThrottleChoice>({
  parse: async (text) => parseThrottle(text),
  helpValue: '<bytes/s>|auto|none',
});

const positive = Flags.custom<number>({
  parse: async (text) => atLeastOne(text, parseBytes(text)),
  helpValue: '<bytes>',
});

const duration = Flags.custom<number>({
  parse: async (text) => atLeastOne(text, parseDurationMs(text)),
  helpValue: '<duration>',
});

function atLeastOne(text: string, value: number): number {
  if (value > 0) return value;
  throw usageError(`"${text}" leaves room for nothing`);
}

/** Where the journal of a run is. */
export const journalFlag = {
  journal: Flags.string({
    description: "file that the run is written down in (default: in kctl's state folder, by cluster)",
    helpValue: '<file>',
  }),
};

/** Of commands that go on with an open journal, or end it. */
export const openRunFlags = {
  ...journalFlag,
  'forget-away': Flags.boolean({ description: 'give up the throttles of brokers that are away for good' }),
};

const limitFlags = {
  'moves-per-broker': Flags.integer({
    description: 'partitions that a broker copies at once, in and out together',
    default: 5,
    min: 1,
    helpGroup: 'RUN',
  }),
  'batch-bytes': positive({
    description: 'bytes of all partitions that are copied at once (default 200GB)',
    helpGroup: 'RUN',
  }),
  'stall-after': duration({
    description:
      'say so when a partition gets no byte for so long; also how long a broker is waited for (default 60s)',
    helpGroup: 'RUN',
  }),
};

/** How a plan is carried out. */
export const runFlags = {
  ...journalFlag,
  throttle: throttle({
    description: 'what a broker may copy in, and out; auto keeps what is set, else takes 50MB/s',
    default: 'auto',
    helpGroup: 'RUN',
  }),
  ...limitFlags,
  force: Flags.boolean({
    description: 'move even while partitions are offline or below their min ISR',
    helpGroup: 'RUN',
  }),
};

/** How an intent is carried out, or its plan kept. */
export const intentRunFlags = { ...planFileFlag, ...runFlags };

/** How what somebody else has begun is brought to its end. */
export const adoptFlags = {
  ...journalFlag,
  throttle: throttle({
    description: 'what a broker may copy in, and out; what is set goes on unless given',
    helpGroup: 'RUN',
  }),
  ...limitFlags,
};

interface LimitFlagValues {
  'moves-per-broker': number;
  'batch-bytes'?: number | undefined;
  'stall-after'?: number | undefined;
}

export interface RunFlagValues extends LimitFlagValues {
  journal?: string | undefined;
  throttle: ThrottleChoice;
  force: boolean;
  'dry-run'?: boolean;
}

/** Where a run tells how far it is, and what interrupts it. */
export interface RunOutput {
  streams: RunStreams;
  format: string;
  signal: AbortSignal;
}

const defaultBatchBytes = 200_000_000_000;
const defaultStallAfterMs = 60_000;

/** The options of `applyPlan`, as the flags say. */
export function applyOptions(flags: RunFlagValues, output: RunOutput): ApplyOptions {
  return {
    throttle: flags.throttle,
    limits: limitsOf(flags),
    journal: flags.journal,
    dryRun: flags['dry-run'] ?? false,
    force: flags.force,
    signal: output.signal,
    tell: runTeller(output.streams, output.format),
  };
}

export function limitsOf(flags: LimitFlagValues): RunLimits {
  return {
    movesPerBroker: flags['moves-per-broker'],
    batchBytes: flags['batch-bytes'] ?? defaultBatchBytes,
    stallAfterMs: flags['stall-after'] ?? defaultStallAfterMs,
  };
}

/** What a broker may copy, for reckoning the time a plan takes; null: no limit. */
export function throttleRate(choice: ThrottleChoice): number | null {
  return choice === 'auto' ? autoBytesPerSec : choice;
}
