import { listDocument } from '../base/result.js';
import { joinPath, nameOf } from '../cluster/zookeeper/paths.js';
import type { Znodes } from './client.js';
import { jsonData } from './stat.js';
import type { Znode, ZnodeExists, ZnodeItem, ZnodeList, ZnodeUsage, ZnodeUsageList } from './types.js';
import { mapBounded, type WalkedZnode, walk } from './walk.js';

export async function getZnode(znodes: Znodes, path: string): Promise<Znode> {
  const { data, stat } = await znodes.get(path);
  return { kind: 'Znode', version: 1, path, ...jsonData(data), stat };
}

/** @throws KctlError NONODE (exit 4) */
export async function statZnode(znodes: Znodes, path: string): Promise<ZnodeExists> {
  return { kind: 'ZnodeExists', version: 1, path, stat: await znodes.stat(path) };
}

/** The children of a znode, with their stats where they are wanted. */
export async function listZnodes(
  znodes: Znodes,
  path: string,
  options: { stat: boolean },
): Promise<ZnodeList> {
  const { children } = await znodes.children(path);
  const paths = children.map((name) => joinPath(path, name));
  const items = options.stat
    ? await mapBounded(paths, async (child) => ({ path: child, stat: await znodes.find(child) }))
    : paths.map((child): ZnodeItem => ({ path: child }));
  // A child that has gone since has no stat, and is left out.
  const present = items.flatMap((item) =>
    'stat' in item && item.stat === undefined ? [] : [item as ZnodeItem],
  );
  return { ...listDocument('ZnodeList', 1, present), path };
}

/** A znode and what is below it. */
export async function treeOfZnodes(
  znodes: Znodes,
  path: string,
  options: { depth?: number | undefined },
): Promise<ZnodeList> {
  const items: ZnodeItem[] = [];
  for await (const { path: at, stat } of walk(znodes, path, options.depth)) items.push({ path: at, stat });
  return { ...listDocument('ZnodeList', 1, items), path };
}

export interface ZnodeFilter {
  /** Of the last part of the path; `*` and `?` as in a shell. */
  name?: string | undefined;
  type?: string | undefined;
  /** The session of ephemeral znodes, `0x…`. */
  owner?: string | undefined;
  minBytes?: number | undefined;
  /** Last changed at least, or at most, so long ago. */
  olderThanMs?: number | undefined;
  newerThanMs?: number | undefined;
  empty?: boolean | undefined;
}

/** The znodes below a path (and itself) that have everything that is asked for. */
export async function findZnodes(znodes: Znodes, path: string, filter: ZnodeFilter): Promise<ZnodeList> {
  const matches = compileFilter(filter, Date.now());
  const items: ZnodeItem[] = [];
  for await (const node of walk(znodes, path)) {
    if (matches(node)) items.push({ path: node.path, stat: node.stat });
  }
  return { ...listDocument('ZnodeList', 1, items), path };
}

/** Pure: whether a znode is one of those looked for. */
export function compileFilter(filter: ZnodeFilter, nowMs: number): (node: WalkedZnode) => boolean {
  const name = filter.name === undefined ? undefined : globPattern(filter.name);
  return ({ path, stat }) => {
    const ageMs = nowMs - stat.mtime;
    return (
      (name === undefined || name.test(nameOf(path))) &&
      (filter.type === undefined || stat.type === filter.type) &&
      (filter.owner === undefined || stat.ephemeralOwner === filter.owner.toLowerCase()) &&
      (filter.minBytes === undefined || stat.dataLength >= filter.minBytes) &&
      (filter.olderThanMs === undefined || ageMs >= filter.olderThanMs) &&
      (filter.newerThanMs === undefined || ageMs <= filter.newerThanMs) &&
      (!filter.empty || (stat.dataLength === 0 && stat.numChildren === 0))
    );
  };
}

function globPattern(glob: string): RegExp {
  const pattern = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`, 's');
}

/** Znodes and bytes of data below each child of a path, and in all; the largest first. */
export async function usageOfZnodes(znodes: Znodes, path: string): Promise<ZnodeUsageList> {
  const total = emptyUsage(path);
  const byChild = new Map<string, ZnodeUsage>();
  let child = total;
  for await (const { depth, path: at, stat } of walk(znodes, path)) {
    if (depth === 1) {
      child = emptyUsage(at);
      byChild.set(at, child);
    }
    for (const usage of depth === 0 ? [total] : [total, child]) {
      usage.znodes++;
      usage.dataBytes += stat.dataLength;
      if (stat.type === 'ephemeral') usage.ephemerals++;
    }
  }
  const children = [...byChild.values()].sort((a, b) => b.dataBytes - a.dataBytes || b.znodes - a.znodes);
  return { ...listDocument('ZnodeUsageList', 1, [total, ...children]), path };
}

function emptyUsage(path: string): ZnodeUsage {
  return { path, znodes: 0, dataBytes: 0, ephemerals: 0 };
}
