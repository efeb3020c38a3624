import { renderJson } from '../base/json.js';
import type { RunEvent, TellRun } from './run/events.js';
import type { ReassignmentRun } from './run-types.js';
import { progressBars, progressLine } from './run-views.js';

/** The part of a command's streams that a run speaks through. */
export interface RunStreams {
  readonly showsProgress: boolean;
  write(text: string): Promise<void>;
  note(text: string): void;
  progress(text: string): void;
}

const barsEveryMs = 250;
const linesEveryMs = 10_000;
const eventsEveryMs = 1_000;
/** Told by bars and counts; in full as NDJSON only. */
const quiet: ReadonlySet<RunEvent['event']> = new Set(['submitted', 'moved', 'ended']);

/**
 * How a run is told: as NDJSON each event is a line of stdout; for people, bars on a terminal and a line now and then
 * elsewhere, on stderr.
 */
export function runTeller(streams: RunStreams, format: string): TellRun {
  let lastProgressMs = Number.NEGATIVE_INFINITY;
  const isDue = (everyMs: number) => {
    if (performance.now() - lastProgressMs < everyMs) return false;
    lastProgressMs = performance.now();
    return true;
  };
  return async (event) => {
    const { message, progress } = event;
    if (format === 'ndjson') {
      if (progress && !isDue(eventsEveryMs)) return;
      return await streams.write(`${renderJson({ kind: 'ReassignmentEvent', version: 1, ...event }, 0)}\n`);
    }
    if (progress) {
      if (streams.showsProgress) {
        if (isDue(barsEveryMs)) streams.progress(progressBars(progress));
      } else if (isDue(linesEveryMs)) streams.note(progressLine(progress));
    } else if (!quiet.has(event.event)) streams.note(message);
  };
}

export interface ConnectionFlagValues {
  context?: string | undefined;
  'bootstrap-server'?: string | undefined;
  'command-config'?: string | undefined;
  journal?: string | undefined;
}

/** What to type next, where a run was left before its end. */
export function howToGoOn({ outcome, journal }: ReassignmentRun, flags: ConnectionFlagValues): string[] {
  if (outcome !== 'detached') return [];
  const words = (['context', 'bootstrap-server', 'command-config', 'journal'] as const).flatMap((name) =>
    flags[name] === undefined ? [] : [` --${name} ${flags[name]}`],
  );
  return [
    `detached: what is under way goes on, throttles and the journal ${journal} stay`,
    ...['resume', 'cancel'].map((verb) => `  kctl reassign ${verb}${words.join('')}`),
  ];
}
