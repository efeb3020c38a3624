import type { Column, View } from '../render/view.js';
import { toned } from '../render/view.js';
import type { LeaderElectionList } from './elect.js';

const columns: Column[] = [
  { header: 'topic' },
  { header: 'partition', align: 'right' },
  { header: 'leader before', align: 'right' },
  { header: 'leader after', align: 'right' },
  { header: 'result' },
];

/** @param withAll shows the partitions that needed no election, too */
export function viewElections({ items, validatedBy }: LeaderElectionList, withAll: boolean): View {
  const shown = items.filter(({ result }) => withAll || result !== 'not-needed');
  const rows = shown.map(({ topic, partition, before, after, result }) => [
    topic,
    partition,
    before < 0 ? toned('none', 'bad') : before,
    after < 0 ? '-' : after,
    result === 'valid' ? `valid (dry run, checked by the ${validatedBy})` : result,
  ]);
  return {
    sections: [{ type: 'table', columns, rows, whenEmpty: 'No election is needed.' }],
    names: shown.map(({ topic, partition }) => `${topic}-${partition}`),
  };
}
