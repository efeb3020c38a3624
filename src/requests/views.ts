import { renderJson } from '../base/json.js';
import type { Column, View } from '../render/view.js';
import type { MessageField } from './body.js';
import type { ApiFieldList, ApiList, WireAnswer } from './send.js';

export function viewApis({ items }: ApiList): View {
  const columns: Column[] = [
    { header: 'key', align: 'right' },
    { header: 'name' },
    { header: 'versions' },
    { header: 'needs --yes' },
  ];
  const rows = items.map(({ key, name, minVersion, maxVersion, changes }) => [
    ...[key, name, minVersion === maxVersion ? String(minVersion) : `${minVersion}-${maxVersion}`],
    changes ? 'yes' : 'no',
  ]);
  return { sections: [{ type: 'table', columns, rows }], names: items.map(({ name }) => name) };
}

const fieldColumns: Column[] = ['field', 'type', 'versions', 'null', 'default'].map((header) => ({ header }));

export function viewFields({ api, items, response }: ApiFieldList): View {
  const rowsOf = (fields: MessageField[]) =>
    fields.map((field) => [
      ...[field.path, field.type, field.versions],
      ...[field.nullable ? 'may be' : 'no', field.default],
    ]);
  return {
    sections: [
      {
        type: 'table',
        title: `Request ${api}`,
        columns: fieldColumns,
        rows: rowsOf(items),
        whenEmpty: 'No fields.',
      },
      { type: 'table', title: `Answer to ${api}`, columns: fieldColumns, rows: rowsOf(response) },
    ],
    names: items.map(({ path }) => path),
  };
}

/** An answer has a shape of its own, so people see its JSON too. */
export function viewAnswer({ answer, api, apiVersion, dryRun }: WireAnswer): View {
  const text = dryRun
    ? `${api} ${apiVersion} would be sent (dry run, checked by the client).`
    : renderJson(answer, 2);
  return { sections: [{ type: 'text', text }], names: [api] };
}
