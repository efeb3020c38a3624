import { showBytes, showDuration, showRate } from '../base/units.js';
import { type Cell, type Column, type Section, toned, type View } from '../render/view.js';
import type { KeptPlan } from './files.js';
import type { PlannedBalance, PlannedBroker } from './plan/types.js';
import { percent } from './plan/words.js';

/** More moves than this are not listed for people. */
const movesShown = 40;
const barWidth = 12;

export const right = (header: string): Column => ({ header, align: 'right' });

/**
 * A plan for people: what it costs, what each broker and rack has before and after, and what stays as it is.
 * @param throttleBytesPerSec what a broker may copy in, and out; null: time is not estimated
 */
export function viewPlan(plan: KeptPlan, throttleBytesPerSec: number | null = null): View {
  const { moves } = plan;
  const shown = moves.toSorted((a, b) => (b.sizeBytes ?? 0) - (a.sizeBytes ?? 0)).slice(0, movesShown);
  const left = moves.length - shown.length;
  const sections: Section[] = [
    { type: 'facts', facts: planFacts(plan, throttleBytesPerSec), forPeople: true },
    { type: 'table', title: 'brokers', columns: brokerColumns, rows: brokerRows(plan.brokers) },
    {
      type: 'table',
      title: 'racks',
      columns: [{ header: 'rack' }, right('in'), right('from other racks'), right('out')],
      rows: plan.racks.map(({ rack, bytesIn, bytesOut, bytesAcross }) => [
        rack,
        bytes(bytesIn),
        bytes(bytesAcross),
        bytes(bytesOut),
      ]),
    },
    { type: 'table', title: 'balance', columns: balanceColumns, rows: plan.balance.map(balanceRow) },
    {
      type: 'table',
      title: 'moves',
      columns: [{ header: 'partition' }, { header: 'now' }, { header: 'then' }, right('bytes')],
      rows: shown.map(({ topic, partition, from, to, sizeBytes }) => [
        `${topic}-${partition}`,
        from.join(','),
        to.join(','),
        bytes(sizeBytes),
      ]),
      whenEmpty: 'Nothing has to move.',
    },
  ];
  if (left > 0) sections.push({ type: 'text', text: `… and ${left} smaller ones: -o json has them all.` });
  if (plan.remains.length > 0) {
    sections.push({ type: 'text', text: plan.remains.map((text) => `remains: ${text}`).join('\n') });
  }
  return { sections, names: moves.map(({ topic, partition }) => `${topic}-${partition}`) };
}

function planFacts(plan: KeptPlan, throttleBytesPerSec: number | null): Array<[string, Cell]> {
  const { bytesToMove, bytesLowerBound, replicasToMove, replicasLowerBound, rackViolations } = plan;
  const copied =
    bytesToMove === null
      ? 'not known'
      : `${showBytes(bytesToMove)}${bytesLowerBound === null ? '' : `; no plan can move less than ${showBytes(bytesLowerBound)}`}`;
  const replicas =
    replicasLowerBound === null
      ? replicasToMove
      : `${replicasToMove}; no plan can move fewer than ${replicasLowerBound}`;
  const facts: Array<[string, Cell]> = [
    ['plan', plan.intent],
    ['bytes to copy', copied],
    ['replicas to copy', replicas],
    ['partitions changed', plan.moves.length],
    ['leaders changed', plan.leadersToChange],
    ['partitions in too few racks', change(rackViolations.before, rackViolations.after)],
  ];
  if (throttleBytesPerSec !== null && bytesToMove !== null) {
    const busiest = plan.brokers.reduce(
      (most, { bytesIn, bytesOut }) => Math.max(most, bytesIn ?? 0, bytesOut ?? 0),
      0,
    );
    const atLeast = showDuration(busiest / throttleBytesPerSec);
    facts.push([`time at ${showRate(throttleBytesPerSec)} a broker`, `${atLeast} at least`]);
  }
  const cordoned = plan.cordons?.map(({ broker }) => broker) ?? [];
  if (cordoned.length > 0) facts.push(['cordoned first', `broker ${cordoned.join(', ')}`]);
  return facts;
}

const brokerColumns: Column[] = [
  right('broker'),
  { header: 'rack' },
  right('replicas'),
  right('leaders'),
  right('bytes'),
  { header: 'before' },
  { header: 'after' },
  right('in'),
  right('out'),
  right('free'),
];

function brokerRows(brokers: PlannedBroker[]): Cell[][] {
  const most = brokers.reduce(
    (max, { before, after }) => Math.max(max, weightOf(before), weightOf(after)),
    0,
  );
  return brokers.map(
    ({ id, rack, alive, before, after, bytesIn, bytesOut, freeBytesBefore, freeBytesAfter }) => [
      alive ? id : toned(`${id} (away)`, 'bad'),
      rack,
      change(before.replicas, after.replicas),
      change(before.leaders, after.leaders),
      change(bytes(before.bytes), bytes(after.bytes)),
      bar(weightOf(before), most),
      bar(weightOf(after), most),
      bytes(bytesIn),
      bytes(bytesOut),
      change(bytes(freeBytesBefore), bytes(freeBytesAfter)),
    ],
  );
}

/** What a broker's bar stands for: bytes, or replicas where bytes are not known. */
function weightOf({ bytes: stored, replicas }: PlannedBroker['before']): number {
  return stored ?? replicas;
}

/** A bar of eighths of a column. */
export function bar(value: number, most: number): string {
  const eighths = most > 0 ? Math.round((value / most) * barWidth * 8) : 0;
  const rest = eighths % 8;
  return '█'.repeat(Math.floor(eighths / 8)) + (rest > 0 ? String.fromCodePoint(0x2590 - rest) : '');
}

const balanceColumns: Column[] = [
  { header: 'of' },
  { header: 'now, around the fair share' },
  { header: 'then' },
  { header: 'asked' },
  { header: 'reachable' },
];

function balanceRow({ of, before, after, tolerance, window }: PlannedBalance): Cell[] {
  const range = ({ below, above }: { below: number; above: number }) =>
    Math.max(below, above) < 0.0005 ? 'even' : `-${percent(below)} … +${percent(above)}`;
  const wider = window !== null && tolerance !== null && Math.max(window.below, window.above) > tolerance;
  return [
    of,
    range(before),
    range(after),
    tolerance === null ? null : `±${percent(tolerance)}`,
    wider ? toned(range(window), 'warn') : null,
  ];
}

function bytes(value: number | null): string | null {
  return value === null ? null : showBytes(value);
}

/** `3 → 4`, or one of them where nothing changes. */
function change(before: number | string | null, after: number | string | null): Cell {
  if (before === null || after === null) return before ?? after;
  return before === after ? before : `${before} → ${after}`;
}
