import type { Cell, Column, View } from '../render/view.js';
import { toned } from '../render/view.js';
import type { GroupChangeList } from './change.js';
import type { GroupResetList } from './reset-types.js';

export function viewReset({ items, dryRun, undoFile }: GroupResetList): View {
  const columns: Column[] = [
    { header: 'group' },
    { header: 'topic' },
    { header: 'partition', align: 'right' },
    { header: 'old', align: 'right' },
    { header: 'new', align: 'right' },
    { header: 'difference', align: 'right' },
    { header: 'result' },
  ];
  const rows = items.map((item): Cell[] => [
    item.group,
    item.topic,
    item.partition,
    item.oldOffset,
    item.newOffset,
    differenceCell(item.difference),
    resultOf(item.result, dryRun),
  ]);
  const table = { type: 'table' as const, columns, rows, whenEmpty: 'No offsets to reset.' };
  const undo = {
    type: 'facts' as const,
    forPeople: true,
    facts: [['to undo', `kctl groups reset --from-file ${undoFile ?? ''}`] as [string, Cell]],
  };
  return {
    sections: undoFile === undefined ? [table] : [table, undo],
    names: items.map(({ topic, partition }) => `${topic}-${partition}`),
  };
}

function differenceCell(difference: number | null): Cell {
  if (difference === null || difference === 0) return difference;
  return difference > 0 ? toned(`+${difference}`, 'warn') : toned(difference, 'warn');
}

export function viewGroupChanges({ items, dryRun }: GroupChangeList): View {
  const hasOffsets = items.some(({ topic }) => topic !== undefined);
  const hasMembers = items.some(({ memberId }) => memberId !== undefined);
  const columns: Column[] = [
    { header: 'group' },
    ...(hasOffsets ? [{ header: 'topic' }, { header: 'partition', align: 'right' as const }] : []),
    ...(hasMembers ? [{ header: 'member' }, { header: 'instance' }] : []),
    { header: 'result' },
  ];
  const rows = items.map((item): Cell[] => [
    item.group,
    ...(hasOffsets ? [item.topic ?? null, item.partition ?? null] : []),
    ...(hasMembers ? [item.memberId ?? null, item.instanceId ?? null] : []),
    resultOf(item.result, dryRun),
  ]);
  return {
    sections: [{ type: 'table', columns, rows, whenEmpty: 'Nothing to do.' }],
    names: items.map(({ group }) => group),
  };
}

function resultOf(result: string, dryRun: boolean): string {
  return dryRun ? `${result} (dry run)` : result;
}
