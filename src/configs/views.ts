import type { Cell, Column, Section, View } from '../render/view.js';
import { toned } from '../render/view.js';
import { describeResource } from './resources.js';
import type { ChangedConfig, ConfigChangeList, ConfigDescriptionList, DescribedConfig } from './types.js';

const descriptionColumns: Column[] = [
  { header: 'resource', wide: true },
  { header: 'key' },
  { header: 'value' },
  { header: 'from' },
  { header: 'overrides' },
  { header: 'read-only', wide: true },
];

export function viewConfigDescriptions({ items }: ConfigDescriptionList): View {
  const sections = items.flatMap((item): Section[] => {
    const title = describeResource(item);
    const rows = item.configs.map((config) => [
      title,
      config.name,
      shownValue(config),
      config.own ? toned(config.source, 'strong') : config.source,
      config.synonyms.slice(1).map(describeSynonym).join(', ') || null,
      config.readOnly,
    ]);
    const whenEmpty = 'Nothing differs from the default.';
    const documentation = item.configs.flatMap(({ name, documentation }) =>
      documentation ? [`${name}: ${documentation}`] : [],
    );
    return [
      { type: 'table', title, columns: descriptionColumns, rows, whenEmpty },
      ...documentation.map((text) => ({ type: 'text' as const, text })),
    ];
  });
  return { sections, names: items.flatMap((item) => item.configs.map(({ name }) => name)) };
}

function shownValue({ sensitive, value }: DescribedConfig): Cell {
  return sensitive ? toned('(hidden)', 'dim') : value;
}

function describeSynonym({ name, value, source }: DescribedConfig['synonyms'][number]): string {
  return `${name}=${value ?? ''} (${source})`;
}

const changeColumns: Column[] = [
  { header: 'resource' },
  { header: 'key' },
  { header: 'operation' },
  { header: 'before' },
  { header: 'after' },
  { header: 'result' },
];

export function viewConfigChanges({ items, validatedBy }: ConfigChangeList): View {
  const rows = items.flatMap((item) =>
    item.changes.map(({ key, operation, before, after }: ChangedConfig) => [
      describeResource(item),
      key,
      operation,
      before,
      after,
      validatedBy ? `${item.result} (dry run, checked by the ${validatedBy})` : item.result,
    ]),
  );
  return {
    sections: [{ type: 'table', columns: changeColumns, rows }],
    names: items.map((item) => describeResource(item)),
  };
}
