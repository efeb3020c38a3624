import { KctlError, messageOf, usageError } from '../base/errors.js';
import { type ItemError, itemError, listDocument } from '../base/result.js';
import { checkPath } from '../cluster/zookeeper/paths.js';
import { getAcl, setAcl, setData } from '../protocol/zookeeper/operations.js';
import { aclRecord, formatAcl } from './acl.js';
import { createParents, creationOf, hasCode } from './change.js';
import { unlessMissing, type Znodes } from './client.js';
import { refuseKafkaPaths } from './guard.js';
import { bytesOf, jsonData } from './stat.js';
import type { ExportedZnode, ZnodeChange, ZnodeChangeList } from './types.js';
import { mapBounded, walk } from './walk.js';

/** Nodes whose data is read at once: their data is held in memory. */
const batchSize = 64;

export interface ExportSummary {
  znodes: number;
  ephemerals: number;
}

/** Gives a subtree, parents before children: data, ACL and type of each znode, under paths below the subtree. */
export async function exportZnodes(
  znodes: Znodes,
  path: string,
  write: (znode: ExportedZnode) => Promise<void>,
): Promise<ExportSummary> {
  const summary: ExportSummary = { znodes: 0, ephemerals: 0 };
  const flush = async (batch: string[]) => {
    for (const znode of await mapBounded(batch, (at) => exportOne(znodes, path, at))) {
      if (!znode) continue;
      summary.znodes++;
      if (znode.type === 'ephemeral') summary.ephemerals++;
      await write(znode);
    }
  };
  let batch: string[] = [];
  for await (const node of walk(znodes, path)) {
    batch.push(node.path);
    if (batch.length < batchSize) continue;
    await flush(batch);
    batch = [];
  }
  await flush(batch);
  return summary;
}

async function exportOne(znodes: Znodes, root: string, path: string): Promise<ExportedZnode | undefined> {
  const [content, access] = await Promise.all([
    znodes.get(path).catch(unlessMissing),
    znodes.at(getAcl, { path }).catch(unlessMissing),
  ]);
  if (!content || !access) return undefined;
  return {
    kind: 'ExportedZnode',
    version: 1,
    path: root === '/' ? path : path.slice(root.length) || '/',
    type: content.stat.type,
    ...jsonData(content.data),
    acl: access.acl.map(formatAcl),
  };
}

const types: ReadonlyArray<ExportedZnode['type']> = ['persistent', 'ephemeral', 'container', 'ttl'];

/**
 * Reads one line of an export.
 * @throws a usage error that says what is wrong with it
 */
export function parseExported(line: string, lineNumber: number): ExportedZnode {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) throw new Error('it is not an object');
    const { acl, data, dataEncoding, kind, path, ttlMs, type, version } = value as Partial<ExportedZnode>;
    if (kind !== 'ExportedZnode' || version !== 1) throw new Error('it is not an ExportedZnode of version 1');
    if (typeof path !== 'string' || !types.includes(type as ExportedZnode['type']))
      throw new Error('it has no path or type');
    if (data !== null && typeof data !== 'string') throw new Error('data is neither text nor null');
    if (dataEncoding !== undefined && dataEncoding !== 'base64')
      throw new Error('dataEncoding is not base64');
    if (ttlMs !== undefined && !Number.isSafeInteger(ttlMs)) throw new Error('ttlMs is not a number');
    if (!Array.isArray(acl) || acl.length === 0) throw new Error('it has no ACL');
    acl.forEach(aclRecord);
    checkPath(path);
    return { ...(value as ExportedZnode) };
  } catch (error) {
    throw usageError(`line ${lineNumber} is not a znode of an export: ${messageOf(error)}`);
  }
}

export interface ImportOptions {
  dryRun: boolean;
  /** Writes data and ACL of znodes that are there already; without it these are errors. */
  overwrite: boolean;
  forceKafkaMetadata: boolean;
}

/** Creates what an export holds below a path, in its order. Ephemeral znodes are left out: their owners are gone. */
export async function importZnodes(
  znodes: Znodes,
  target: string,
  exported: ExportedZnode[],
  options: ImportOptions,
): Promise<ZnodeChangeList> {
  const items: ZnodeChange[] = [];
  const errors: ItemError[] = [];
  const wanted = exported.filter(({ type }) => type !== 'ephemeral');
  const placed = wanted.map((znode) => ({ znode, path: placeBelow(target, znode.path) }));
  await refuseKafkaPaths(
    znodes,
    placed.map(({ path }) => path),
    options,
  );
  const [first] = placed;
  if (first && !options.dryRun) await createParents(znodes, first.path);
  // Many are on their way at once: a server does what one session asks in the order that it is sent in.
  const results = await mapBounded(placed, async ({ path, znode }) => {
    const done = options.dryRun
      ? rehearseOne(znodes, path, options)
      : importOne(znodes, path, znode, options);
    return done.catch((error: unknown) => itemError(path, error));
  });
  for (const result of results) {
    if ('subject' in result) errors.push(result);
    else items.push(result);
  }
  const left = exported.length - wanted.length;
  const warnings =
    left > 0 ? [`${left} ephemeral znodes were left out: their sessions cannot be restored`] : [];
  const list = listDocument('ZnodeChangeList', 1, items, errors, warnings);
  return { ...list, dryRun: options.dryRun, ...(options.dryRun && { validatedBy: 'client' as const }) };
}

function placeBelow(target: string, path: string): string {
  if (target === '/') return path;
  return path === '/' ? target : target + path;
}

async function importOne(
  znodes: Znodes,
  path: string,
  znode: ExportedZnode,
  { overwrite }: ImportOptions,
): Promise<ZnodeChange> {
  const data = bytesOf(znode);
  const acl = znode.acl.map(aclRecord);
  const kind = {
    sequential: false,
    ephemeral: false,
    container: znode.type === 'container',
    ttlMs: znode.type === 'ttl' ? (znode.ttlMs ?? 1) : undefined,
  };
  const { body, operation } = creationOf(path, { data, acl, ...kind });
  try {
    if (path === '/') throw new KctlError('/ is there already', { code: 'NODEEXISTS' });
    await znodes.at(operation as Parameters<typeof znodes.at<typeof body, object>>[0], body);
    return { path, result: 'created', version: 0 };
  } catch (error) {
    if (!hasCode(error, 'NODEEXISTS') || (!overwrite && path !== '/')) throw error;
    const { stat } = await znodes.at(setData, { path, data, version: -1 });
    await znodes.at(setAcl, { path, acl, version: -1 });
    return { path, result: 'set', version: stat.version };
  }
}

async function rehearseOne(znodes: Znodes, path: string, { overwrite }: ImportOptions): Promise<ZnodeChange> {
  const there = await znodes.find(path);
  if (there && !overwrite)
    throw new KctlError(`${path} is there already`, { code: 'NODEEXISTS', hint: 'Add --overwrite.' });
  return { path, result: 'valid', ...(there && { version: there.version }) };
}
