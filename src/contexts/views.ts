import { toned, type View } from '../render/view.js';
import type { ContextChangeList, ContextDescription, ContextList } from './types.js';

export function viewContextList({ items }: ContextList): View {
  return {
    sections: [
      {
        type: 'table',
        columns: [
          { header: '' },
          { header: 'context' },
          { header: 'bootstrap servers' },
          { header: 'ZooKeeper', wide: true },
          { header: 'cluster id', wide: true },
          { header: 'protected' },
        ],
        rows: items.map((context) => [
          context.current ? toned('*', 'good') : '',
          context.name,
          context.bootstrapServers,
          context.zookeeper,
          context.clusterId,
          context.protected ? toned('protected', 'warn') : '',
        ]),
        whenEmpty: 'No contexts. Add one with: kctl context add NAME --bootstrap-server HOST:PORT',
      },
    ],
    names: items.map(({ name }) => name),
  };
}

export function viewContext(
  { name, settings, clusterId, protected: guarded }: ContextDescription,
  withOrigin: boolean,
): View {
  return {
    sections: [
      {
        type: 'facts',
        facts: [
          ['context', name ?? toned('none', 'dim')],
          ['protected', guarded],
          ['cluster id', clusterId],
        ],
        forPeople: true,
      },
      {
        type: 'table',
        columns: [
          { header: 'setting' },
          { header: 'value' },
          withOrigin ? { header: 'from' } : { header: 'from', wide: true },
        ],
        rows: settings.map(({ name: setting, value, origin }) => [
          setting,
          value ?? toned('(secret)', 'dim'),
          origin,
        ]),
      },
    ],
    names: settings.map((setting) => setting.name),
  };
}

export function viewContextChanges({ items }: ContextChangeList): View {
  return {
    sections: [
      {
        type: 'table',
        columns: [{ header: 'context' }, { header: 'result' }, { header: 'file', wide: true }],
        rows: items.map(({ name, action, dryRun, file }) => [
          name,
          dryRun ? toned(`would be ${action}`, 'dim') : toned(action, 'good'),
          file,
        ]),
        whenEmpty: 'Nothing was changed.',
      },
    ],
    names: items.map(({ name }) => name),
  };
}
