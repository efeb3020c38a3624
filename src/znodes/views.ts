import { nameOf } from '../cluster/zookeeper/paths.js';
import type { Cell, Column, FactsSection, View } from '../render/view.js';
import { toned } from '../render/view.js';
import type { EnsembleConfig, Identities } from './members.js';
import type {
  Znode,
  ZnodeAcl,
  ZnodeChangeList,
  ZnodeExists,
  ZnodeList,
  ZnodeStat,
  ZnodeUsageList,
} from './types.js';

export function viewZnode({ path, stat, data, dataEncoding }: Znode): View {
  const facts: FactsSection['facts'] = [['path', path], ...statFacts(stat), [dataEncoding ?? 'data', data]];
  return { sections: [{ type: 'facts', facts }], names: [path] };
}

export function viewZnodeStat({ path, stat }: ZnodeExists): View {
  return { sections: [{ type: 'facts', facts: [['path', path], ...statFacts(stat)] }], names: [path] };
}

function statFacts(stat: ZnodeStat): FactsSection['facts'] {
  return [
    ['type', stat.type],
    ...(stat.ephemeralOwner ? [fact('owner', stat.ephemeralOwner)] : []),
    ['version', stat.version],
    ['created', `${timeOf(stat.ctime)} (${stat.czxid})`],
    ['modified', `${timeOf(stat.mtime)} (${stat.mzxid})`],
    ['children', stat.numChildren],
    ['children changed', `${stat.pzxid} (version ${stat.cversion})`],
    ['acl version', stat.aversion],
    ['bytes', stat.dataLength],
  ];
}

/** Children as names, or, where their stats were read, as a table. */
export function viewZnodeList({ items }: ZnodeList): View {
  const names = items.map(({ path }) => path);
  if (items.every(({ stat }) => stat === undefined)) {
    const rows = items.map(({ path }) => [nameOf(path)]);
    return { sections: [table([{ header: 'name' }], rows, 'No children.')], names };
  }
  return { sections: [statTable(items.map(({ path, stat }) => [path, stat]))], names };
}

/** Indented by depth. */
export function viewZnodeTree({ items, path: root }: ZnodeList): View {
  const base = depthOf(root);
  const rows = items.map(({ path, stat }): [string, ZnodeStat | undefined] => [
    `${'  '.repeat(depthOf(path) - base)}${path === root ? path : nameOf(path)}`,
    stat,
  ]);
  return { sections: [statTable(rows)], names: items.map(({ path }) => path) };
}

function depthOf(path: string): number {
  return path === '/' ? 0 : path.split('/').length - 1;
}

function statTable(items: Array<[name: string, stat: ZnodeStat | undefined]>) {
  const columns: Column[] = [
    { header: 'znode' },
    { header: 'type' },
    right('children'),
    right('bytes'),
    right('version'),
    { header: 'modified' },
    { header: 'owner', wide: true },
    { header: 'mzxid', wide: true },
  ];
  const rows = items.map(([name, stat]): Cell[] =>
    stat
      ? [
          name,
          stat.type === 'persistent' ? stat.type : toned(stat.type, 'strong'),
          stat.numChildren,
          stat.dataLength,
          stat.version,
          timeOf(stat.mtime),
          stat.ephemeralOwner ?? null,
          stat.mzxid,
        ]
      : [name],
  );
  return table(columns, rows, 'No znodes.');
}

export function viewZnodeUsage({ items }: ZnodeUsageList): View {
  const columns = [{ header: 'path' }, right('znodes'), right('bytes'), right('ephemerals')];
  const rows = items.map(({ dataBytes, ephemerals, path, znodes }) => [path, znodes, dataBytes, ephemerals]);
  return { sections: [table(columns, rows, '')], names: items.map(({ path }) => path) };
}

export function viewZnodeAcl({ acl, path }: ZnodeAcl): View {
  const columns = [{ header: 'scheme' }, { header: 'id' }, { header: 'permissions' }];
  const rows = acl.map(({ id, permissions, scheme }) => [scheme, id, permissions]);
  return { sections: [table(columns, rows, 'No entries.')], names: [path] };
}

export function viewZnodeChanges({ items }: ZnodeChangeList): View {
  const columns = [{ header: 'znode' }, { header: 'result' }, right('version'), right('with it')];
  const rows = items.map(({ descendants, path, result, version }) => [
    path,
    result,
    version ?? null,
    descendants ? `${descendants} znodes` : null,
  ]);
  return { sections: [table(columns, rows, 'Nothing.')], names: items.map(({ path }) => path) };
}

export function viewConfig({ configVersion, members }: EnsembleConfig): View {
  const columns = [
    { header: 'server' },
    { header: 'host' },
    { header: 'role' },
    { header: 'client address' },
  ];
  const rows = members.map(({ client, host, id, role }) => [
    id,
    host,
    role,
    client ? `${client.host}:${client.port}` : null,
  ]);
  return {
    sections: [
      table(columns, rows, 'No members: a standalone server.'),
      { type: 'facts', facts: [['version', configVersion]], forPeople: true },
    ],
    names: members.map(({ id }) => String(id)),
  };
}

export function viewIdentities({ items }: Identities): View {
  const rows = items.map(({ id, scheme }) => [scheme, id]);
  return {
    sections: [table([{ header: 'scheme' }, { header: 'id' }], rows, 'Nobody.')],
    names: items.map(({ id, scheme }) => `${scheme}:${id}`),
  };
}

function table(columns: Column[], rows: Cell[][], whenEmpty: string) {
  return { type: 'table' as const, columns, rows, whenEmpty };
}

function fact(label: string, value: Cell): [label: string, value: Cell] {
  return [label, value];
}

function right(header: string): Column {
  return { header, align: 'right' };
}

function timeOf(epochMs: number): string {
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? String(epochMs) : date.toISOString();
}
