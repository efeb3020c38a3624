import type { ResultDocument } from '../base/result.js';
import type { JournalHead } from './run/journal-state.js';
import type { RunCounts } from './run/machine.js';
import type { ThrottleChoice } from './run/types.js';

/** What came of carrying a plan out. */
export interface ReassignmentRun extends ResultDocument {
  kind: 'ReassignmentRun';
  version: 1;
  clusterId: string;
  intent: string;
  /** `detached`: it goes on without kctl; `valid` is the result of a dry run; `refused`: nothing was done. */
  outcome: 'done' | 'partial' | 'cancelled' | 'detached' | 'valid' | 'refused';
  /** Null where nothing was begun. */
  journal: string | null;
  throttle: ThrottleChoice;
  moves: RunCounts & { total: number };
  bytesCopied: number;
  bytesTotal: number;
  leadersElected: number;
  durationMs: number;
  dryRun: boolean;
  validatedBy?: 'client';
  warnings: string[];
}

/** What is known of a run; the rest is as it is before anything was done. */
export function runOf(
  { clusterId, intent, throttle }: JournalHead,
  known: Pick<ReassignmentRun, 'outcome' | 'moves'> & Partial<ReassignmentRun>,
): ReassignmentRun {
  return {
    ...{ kind: 'ReassignmentRun', version: 1, clusterId, intent, journal: null, throttle },
    ...{ bytesCopied: 0, bytesTotal: 0, leadersElected: 0, durationMs: 0, dryRun: false },
    ...{ warnings: [], errors: [] },
    ...known,
  };
}
