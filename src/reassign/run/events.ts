import type { Progress } from './progress.js';

/** What a run tells while it goes on. */
export interface RunEvent {
  event:
    | 'started'
    | 'cordoned'
    | 'throttled'
    | 'submitted'
    | 'moved'
    | 'set-aside'
    | 'taken-back'
    | 'stalled'
    | 'unreachable'
    | 'progress'
    | 'elected'
    | 'restored'
    | 'ended';
  /** For people, one line. */
  message: string;
  partitions?: string[];
  progress?: Progress;
}

/** Whoever listens; what it returns is waited for. */
export type TellRun = (event: RunEvent) => Promise<void> | void;
