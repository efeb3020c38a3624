import { showBytes, showDuration } from '../base/units.js';
import { describeResource } from '../configs/resources.js';
import { type Cell, type Column, toned, type View } from '../render/view.js';
import type { ReassignmentThrottle } from './change-throttle.js';
import type { SetThrottle, ThrottleChangeList, ThrottleList } from './left-throttles.js';
import type { LogDirMoveList } from './move-log-dirs.js';
import { nameOf } from './run/machine.js';
import type { Progress } from './run/progress.js';
import type { ReassignmentRun } from './run-types.js';
import type { ReassignmentStatus } from './status.js';
import { describeThrottle } from './throttler.js';

const barWidth = 24;
/** More brokers than this have one bar together. */
const mostBars = 12;

const tones = {
  done: 'good',
  valid: 'good',
  partial: 'bad',
  refused: 'bad',
  cancelled: 'warn',
  detached: 'warn',
} as const;

export function viewRun(run: ReassignmentRun): View {
  const { moves, outcome, dryRun } = run;
  const facts: Array<[string, Cell]> = [
    ['reassignment', run.intent],
    [
      'outcome',
      toned(
        dryRun && outcome === 'valid' ? 'valid (dry run, checked by the client)' : outcome,
        tones[outcome],
      ),
    ],
    ['partitions', countsText(moves)],
    ['bytes', `${showBytes(run.bytesCopied)} of ${showBytes(run.bytesTotal)}`],
    [
      'throttle',
      run.throttle === 'auto'
        ? `auto (${describeThrottle('auto')} where none is set)`
        : describeThrottle(run.throttle),
    ],
    ['leaders elected', run.leadersElected],
    ['time', showDuration(run.durationMs / 1000)],
    ['journal', run.journal],
  ];
  return { sections: [{ type: 'facts', facts }], names: [outcome] };
}

function countsText({ total, done, running, waiting, setAside }: ReassignmentRun['moves']): string {
  const parts = [
    ...(running > 0 ? [`${running} under way`] : []),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...(setAside > 0 ? [`${setAside} set aside`] : []),
  ];
  return `${done} of ${total} done${parts.length > 0 ? `, ${parts.join(', ')}` : ''}`;
}

/** One line of progress. */
export function progressLine({
  bytesCopied,
  bytesTotal,
  bytesPerSec,
  secondsLeft,
  ...counts
}: Progress): string {
  const { done, running, waiting, setAside } = counts;
  const total = done + running + waiting + setAside;
  const left = secondsLeft === null || secondsLeft === 0 ? '' : `, ${showDuration(secondsLeft)} left`;
  const aside = setAside > 0 ? `, ${setAside} set aside` : '';
  return `${done} of ${total} partitions${aside}, ${showBytes(bytesCopied)} of ${showBytes(bytesTotal)}, ${showBytes(bytesPerSec)}/s${left}`;
}

/** A bar for each broker that gets bytes, and a line of it all. */
export function progressBars(progress: Progress): string {
  const brokers = progress.brokers.filter(({ bytesTotal }) => bytesTotal > 0);
  const shown = brokers.length > mostBars ? [] : brokers;
  const bars = shown.map(({ broker, bytesCopied, bytesTotal, bytesPerSec }) => {
    const part = bytesTotal > 0 ? Math.min(1, bytesCopied / bytesTotal) : 1;
    const full = Math.floor(part * barWidth);
    const bar = '█'.repeat(full) + '░'.repeat(barWidth - full);
    const percent = `${Math.floor(part * 100)}%`.padStart(4);
    return `broker ${String(broker).padEnd(4)} ${bar} ${percent}  ${showBytes(bytesCopied)} of ${showBytes(bytesTotal)}  ${showBytes(bytesPerSec)}/s`;
  });
  return [...bars, progressLine(progress)].join('\n');
}

const statusColumns: Column[] = [
  { header: 'partition' },
  { header: 'from' },
  { header: 'to' },
  { header: 'leader', align: 'right' },
  { header: 'copied', align: 'right' },
  { header: 'of', align: 'right' },
  { header: 'whose' },
  { header: 'stands in its way' },
];

export function viewStatus({ journal, running }: ReassignmentStatus): View {
  const rows = running.map((move): Cell[] => [
    nameOf(move),
    move.from.join(','),
    move.to.join(','),
    move.leader,
    move.bytesCopied === null ? null : showBytes(move.bytesCopied),
    move.bytesTotal === null ? null : showBytes(move.bytesTotal),
    move.ours ? 'this journal' : 'others',
    move.hindrance === null ? null : toned(move.hindrance, 'bad'),
  ]);
  const facts: Array<[string, Cell]> =
    journal === null
      ? [['journal', 'none is open']]
      : [
          ['journal', journal.path],
          ['reassignment', journal.intent],
          ['begun', new Date(journal.startedAt).toISOString()],
          ['partitions', `${journal.done} of ${journal.moves} done`],
          ['throttle', journal.throttle === 'auto' ? 'auto' : describeThrottle(journal.throttle)],
          journal.runnerPid === null
            ? [
                'carried out by',
                toned(`nobody: kctl reassign ${journal.mode === 'cancel' ? 'cancel' : 'resume'}`, 'warn'),
              ]
            : ['carried out by', `pid ${journal.runnerPid}`],
        ];
  return {
    sections: [
      { type: 'facts', facts, forPeople: true },
      { type: 'table', columns: statusColumns, rows, whenEmpty: 'Nothing is being reassigned.' },
    ],
    names: running.map(nameOf),
  };
}

export function viewChangedThrottle(changed: ReassignmentThrottle): View {
  const { before, throttle, journal, runnerPid } = changed;
  const facts: Array<[string, Cell]> = [
    ['throttle before', describeThrottle(before)],
    ['throttle now', describeThrottle(throttle)],
    ['set by', runnerPid === null ? 'this command' : `pid ${runnerPid}, which carries it out`],
    ['journal', journal],
  ];
  return { sections: [{ type: 'facts', facts }], names: [String(throttle)] };
}

const throttleColumns: Column[] = [
  { header: 'of' },
  { header: 'key' },
  { header: 'value' },
  { header: 'looks like' },
  { header: 'because', wide: true },
];

function throttleRow({ type, name, key, value, owner, reason }: SetThrottle): Cell[] {
  const of = describeResource({ type, name });
  return [of, key, value, owner === 'left-over' ? toned(owner, 'warn') : owner, reason];
}

export function viewThrottles({ items }: ThrottleList): View {
  return {
    sections: [
      {
        type: 'table',
        columns: throttleColumns,
        rows: items.map(throttleRow),
        whenEmpty: 'No replication is throttled.',
      },
    ],
    names: items.map(({ type, name, key }) => `${describeResource({ type, name })} ${key}`),
  };
}

export function viewClearedThrottles({ items, validatedBy }: ThrottleChangeList): View {
  const rows = items.map((item): Cell[] => [
    ...throttleRow(item),
    item.result === 'valid' ? `valid (dry run, checked by the ${validatedBy})` : item.result,
  ]);
  return {
    sections: [
      {
        type: 'table',
        columns: [...throttleColumns, { header: 'result' }],
        rows,
        whenEmpty: 'No replication is throttled.',
      },
    ],
    names: items.map(({ type, name, key }) => `${describeResource({ type, name })} ${key}`),
  };
}

export function viewLogDirMoves({ items, validatedBy }: LogDirMoveList): View {
  const columns: Column[] = [
    { header: 'partition' },
    { header: 'broker', align: 'right' },
    { header: 'from' },
    { header: 'to' },
    { header: 'bytes', align: 'right' },
    { header: 'result' },
  ];
  const rows = items.map((move): Cell[] => [
    nameOf(move),
    move.broker,
    move.from,
    move.to,
    showBytes(Number(move.sizeBytes)),
    move.result === 'valid' ? `valid (dry run, checked by the ${validatedBy})` : move.result,
  ]);
  return {
    sections: [{ type: 'table', columns, rows, whenEmpty: 'No replica has to move.' }],
    names: items.map(nameOf),
  };
}
