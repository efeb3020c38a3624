import { type Column, toned, type View } from '../render/view.js';
import type { UserChangeList } from './change.js';
import type { UserList } from './list.js';

export function viewUsers({ items }: UserList): View {
  const columns: Column[] = [
    { header: 'user' },
    { header: 'mechanism' },
    { header: 'iterations', align: 'right' },
  ];
  const rows = items.flatMap(({ name, credentials }) =>
    credentials.map(({ mechanism, iterations }) => [name, mechanism, iterations]),
  );
  return {
    sections: [{ type: 'table', columns, rows, whenEmpty: 'No users with passwords for SCRAM.' }],
    names: items.map(({ name }) => name),
  };
}

export function viewUserChanges({ items, validatedBy }: UserChangeList): View {
  const columns = ['user', 'mechanism', 'change', 'result'].map((header) => ({ header }));
  const rows = items.map(({ name, mechanism, change, result }) => [
    ...[name, mechanism, change === 'create' ? change : toned(change, 'warn')],
    validatedBy ? `${result} (dry run, checked by the ${validatedBy})` : result,
  ]);
  return {
    sections: [{ type: 'table', columns, rows, whenEmpty: 'Nothing was changed.' }],
    names: [...new Set(items.map(({ name }) => name))],
  };
}
