import { KctlError } from '../base/errors.js';
import { joinPath } from '../cluster/zookeeper/paths.js';
import { unlessMissing, type Znodes } from '../znodes/client.js';
import type { ZnodeStat } from '../znodes/types.js';
import { mapBounded } from '../znodes/walk.js';

export type JsonObject = Record<string, unknown>;

/** A znode's data as a JSON object; undefined where there is no such znode. @throws KctlError when it is not one */
export async function readJson(
  znodes: Znodes,
  path: string,
): Promise<{ value: JsonObject; stat: ZnodeStat } | undefined> {
  const found = await znodes.get(path).catch(unlessMissing);
  return found && { value: parseJson(path, found.data), stat: found.stat };
}

export function parseJson(path: string, data: Buffer | null): JsonObject {
  try {
    const value: unknown = JSON.parse(data?.toString() ?? '');
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // Told below, as any other value that is no object.
  }
  throw new KctlError(`${path} does not hold what Kafka writes there`, {
    code: 'MALFORMED_ZNODE',
    hint: `Look at it with: kctl zk get ${path}`,
  });
}

/** The names below a path, or none where there is no such path. */
export async function namesBelow(znodes: Znodes, path: string): Promise<string[]> {
  return (await znodes.children(path).catch(unlessMissing))?.children ?? [];
}

/** Each child of a path with what it holds; a child that has gone meanwhile is left out. */
export async function readChildren<Item>(
  znodes: Znodes,
  path: string,
  read: (name: string, value: JsonObject, stat: ZnodeStat) => Item | Promise<Item>,
): Promise<Item[]> {
  const names = await namesBelow(znodes, path);
  const items = await mapBounded(names, async (name) => {
    const found = await readJson(znodes, joinPath(path, name));
    return found && { item: await read(name, found.value, found.stat) };
  });
  return items.flatMap((each) => (each ? [each.item] : []));
}

export function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Kafka writes some numbers as texts. */
export function numberOf(value: unknown): number | null {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

export function numbersOf(value: unknown): number[] {
  return Array.isArray(value) ? value.filter((each): each is number => typeof each === 'number') : [];
}

export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}
