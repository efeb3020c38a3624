import { joinPath } from '../cluster/zookeeper/paths.js';
import { unlessMissing, type Znodes } from './client.js';
import type { ZnodeStat } from './types.js';

/** Requests in flight: enough to hide the way to the server and back, few enough not to disturb others. */
const parallel = 64;

export interface WalkedZnode {
  path: string;
  stat: ZnodeStat;
  /** 0 is where the walk began. */
  depth: number;
}

/**
 * Visits a znode and all below it, parents before children and in the order of their names. What vanishes
 * meanwhile is left out.
 * @param maxDepth how far down; everything when absent
 * @throws KctlError NONODE when there is nothing to begin with
 */
export async function* walk(
  znodes: Znodes,
  path: string,
  maxDepth = Number.POSITIVE_INFINITY,
): AsyncGenerator<WalkedZnode> {
  const root = await znodes.children(path);
  const pending: Array<WalkedZnode & { children: string[] }> = [
    { path, stat: root.stat, depth: 0, children: root.children },
  ];
  for (let node = pending.pop(); node; node = pending.pop()) {
    const { depth, path: parent, stat } = node;
    yield { path: parent, stat, depth };
    if (stat.numChildren === 0 || depth >= maxDepth) continue;
    const paths = node.children.map((name) => joinPath(parent, name));
    const deeper = depth + 1;
    const found = await mapBounded(paths, (child) => visit(znodes, child, deeper < maxDepth));
    for (const child of found.reverse()) if (child) pending.push({ ...child, depth: deeper });
  }
}

/** One request tells a znode's stat and its children. */
async function visit(znodes: Znodes, path: string, withChildren: boolean) {
  if (!withChildren) {
    const stat = await znodes.find(path);
    return stat && { path, stat, children: [] };
  }
  const found = await znodes.children(path).catch(unlessMissing);
  return found && { path, stat: found.stat, children: found.children };
}

/** Does something for each item, some at a time; results are in the order of the items. */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = new Array(items.length);
  const entries = items.entries();
  const worker = async () => {
    for (const [index, item] of entries) results[index] = await run(item);
  };
  await Promise.all(Array.from({ length: Math.min(parallel, items.length) }, worker));
  return results;
}
