import type { Column, View } from '../render/view.js';
import { describeEntity } from './entity.js';
import type { QuotaChangeList, QuotaList } from './quotas.js';

export function viewQuotas({ items }: QuotaList): View {
  const columns: Column[] = [{ header: 'entity' }, { header: 'quota' }, { header: 'value', align: 'right' }];
  const rows = items.flatMap(({ entity, quotas }) =>
    Object.entries(quotas).map(([key, value]) => [describeEntity(entity), key, value]),
  );
  return {
    sections: [{ type: 'table', columns, rows, whenEmpty: 'No quotas.' }],
    names: items.map(({ entity }) => describeEntity(entity)),
  };
}

export function viewQuotaChanges({ items, validatedBy }: QuotaChangeList): View {
  const columns: Column[] = [
    { header: 'entity' },
    { header: 'quota' },
    { header: 'before', align: 'right' },
    { header: 'after', align: 'right' },
    { header: 'result' },
  ];
  const rows = items.map(({ entity, key, before, after, result }) => [
    describeEntity(entity),
    key,
    before,
    after,
    validatedBy ? `${result} (dry run, checked by the ${validatedBy})` : result,
  ]);
  return {
    sections: [{ type: 'table', columns, rows }],
    names: items.map(({ key }) => key),
  };
}
