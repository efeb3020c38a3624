import { ExitCode, KctlError, usageError } from '../base/errors.js';
import { type ItemError, itemError, listDocument } from '../base/result.js';
import { joinPath, parentOf } from '../cluster/zookeeper/paths.js';
import * as ops from '../protocol/zookeeper/operations.js';
import { openAcl } from './acl.js';
import type { Znodes } from './client.js';
import { type KafkaGuard, refuseKafkaPaths } from './guard.js';
import type { ZnodeChange, ZnodeChangeList } from './types.js';
import { mapBounded, walk } from './walk.js';

export interface ChangeOptions extends KafkaGuard {
  dryRun: boolean;
}

export interface CreateOptions extends ChangeOptions {
  data: Buffer | null;
  acl: ops.AclRecord[];
  sequential: boolean;
  ephemeral: boolean;
  container: boolean;
  ttlMs?: number | undefined;
  /** Also creates the znodes above it that are missing, without data. */
  parents: boolean;
  ifNotExists: boolean;
}

/** Flags of org.apache.zookeeper.CreateMode. */
const createFlags = { ephemeral: 1, sequential: 2, container: 4, ttl: 5, ttlSequential: 6 };

/** The request that creates a znode of a kind: three of them, as ZooKeeper has it. */
export function creationOf(
  path: string,
  options: Pick<CreateOptions, 'data' | 'acl' | 'sequential' | 'ephemeral' | 'container' | 'ttlMs'>,
) {
  const { acl, container, data, ephemeral, sequential, ttlMs } = options;
  const kinds = [ephemeral, container, ttlMs !== undefined].filter(Boolean).length;
  if (kinds > 1 || (container && sequential)) {
    throw usageError(
      'a znode is ephemeral, a container or has a TTL',
      'Give one of them; a container has no --sequential.',
    );
  }
  const body = { path, data, acl };
  if (ttlMs !== undefined) {
    const flags = sequential ? createFlags.ttlSequential : createFlags.ttl;
    return { operation: ops.createTtl, body: { ...body, flags, ttl: BigInt(ttlMs) } };
  }
  if (container) return { operation: ops.createContainer, body: { ...body, flags: createFlags.container } };
  const flags = (ephemeral ? createFlags.ephemeral : 0) | (sequential ? createFlags.sequential : 0);
  return { operation: ops.create, body: { ...body, flags } };
}

/** Creates one znode; an ephemeral one lives as long as the session. */
export async function createZnode(
  znodes: Znodes,
  path: string,
  options: CreateOptions,
): Promise<ZnodeChangeList> {
  const { dryRun, ifNotExists, parents, sequential } = options;
  const { body, operation } = creationOf(path, options);
  await refuseKafkaPaths(znodes, [path], options);
  if (dryRun) return rehearseCreate(znodes, path, options);
  if (options.ephemeral) znodes.session.holdEphemerals();
  if (parents) await createParents(znodes, path);
  try {
    const created = await znodes.at(operation as ops.Operation<typeof body, { path: string }>, body);
    return changes([{ path: znodes.session.relative(created.path), result: 'created', version: 0 }]);
  } catch (error) {
    if (!ifNotExists || sequential || !hasCode(error, 'NODEEXISTS')) throw error;
    return changes([{ path, result: 'exists' }]);
  }
}

/** Creates what is missing above a path, from the top. */
export async function createParents(znodes: Znodes, path: string): Promise<void> {
  const parent = parentOf(path);
  if (parent === '/' || (await znodes.find(parent))) return;
  await createParents(znodes, parent);
  await znodes.at(ops.create, { path: parent, data: null, acl: openAcl, flags: 0 }).catch((error) => {
    if (!hasCode(error, 'NODEEXISTS')) throw error;
  });
}

async function rehearseCreate(
  znodes: Znodes,
  path: string,
  { ifNotExists, parents, sequential }: CreateOptions,
): Promise<ZnodeChangeList> {
  const parent = parentOf(path);
  const [there, above] = await Promise.all([znodes.find(path), znodes.find(parent)]);
  if (!above && !parents) throw missing(parent, 'Add --parents to create it too.');
  if (above?.type === 'ephemeral')
    throw new KctlError(`${parent} is ephemeral and can have no children`, {
      code: 'NOCHILDRENFOREPHEMERALS',
    });
  if (there && !sequential) {
    if (!ifNotExists) throw new KctlError(`${path} is there already`, { code: 'NODEEXISTS' });
    return rehearsed([{ path, result: 'exists' }]);
  }
  return rehearsed([{ path, result: 'valid' }]);
}

export interface SetOptions extends ChangeOptions {
  data: Buffer;
  /** The version that it must still have; -1 is any. */
  expectedVersion: number;
}

/** Writes data where there is a znode. */
export async function setZnode(znodes: Znodes, path: string, options: SetOptions): Promise<ZnodeChangeList> {
  const { data, dryRun, expectedVersion } = options;
  await refuseKafkaPaths(znodes, [path], options);
  if (dryRun) {
    const { version } = await znodes.stat(path);
    if (expectedVersion !== -1 && version !== expectedVersion)
      throw otherVersion(path, version, expectedVersion);
    return rehearsed([{ path, result: 'valid', version }]);
  }
  const { stat } = await znodes.at(ops.setData, { path, data, version: expectedVersion });
  return changes([{ path, result: 'set', version: stat.version }]);
}

export interface DeletePlan {
  /** Paths to delete, children before parents. */
  paths: string[];
  roots: Array<{ path: string; descendants: number; version: number }>;
  errors: ItemError[];
}

/** What a delete would take with it. Nothing that has children goes unless it is recursive. */
export async function planDelete(
  znodes: Znodes,
  paths: string[],
  options: KafkaGuard & { recursive: boolean; expectedVersion: number },
): Promise<DeletePlan> {
  const plan: DeletePlan = { paths: [], roots: [], errors: [] };
  for (const path of paths) {
    try {
      if (path === '/') throw usageError('/ itself cannot be deleted');
      const found: string[] = [];
      let version = 0;
      for await (const node of walk(znodes, path, options.recursive ? undefined : 0)) {
        if (node.depth === 0) version = node.stat.version;
        if (node.depth === 0 && node.stat.numChildren > 0 && !options.recursive)
          throw hasChildren(path, node.stat.numChildren);
        found.push(node.path);
      }
      if (options.expectedVersion !== -1 && version !== options.expectedVersion) {
        throw otherVersion(path, version, options.expectedVersion);
      }
      await refuseKafkaPaths(znodes, found, options);
      plan.paths.push(...found.reverse());
      plan.roots.push({ path, descendants: found.length - 1, version });
    } catch (error) {
      if (paths.length === 1) throw error;
      plan.errors.push(itemError(path, error));
    }
  }
  return plan;
}

/** Carries out a plan: children before parents; what came since, and what is gone already, is dealt with. */
export async function deleteZnodes(
  znodes: Znodes,
  { errors, paths, roots }: DeletePlan,
  { dryRun, expectedVersion }: { dryRun: boolean; expectedVersion: number },
): Promise<ZnodeChangeList> {
  const items = roots.map(
    ({ descendants, path }): ZnodeChange => ({
      path,
      result: dryRun ? 'valid' : 'deleted',
      descendants,
    }),
  );
  if (dryRun) return { ...rehearsed(items), errors };
  const byDepth = new Map<number, string[]>();
  for (const path of paths) {
    const depth = path.split('/').length;
    const level = byDepth.get(depth);
    if (level) level.push(path);
    else byDepth.set(depth, [path]);
  }
  const failed = [...errors];
  for (const depth of [...byDepth.keys()].sort((a, b) => b - a)) {
    await mapBounded(byDepth.get(depth) ?? [], async (path) => {
      const version = roots.some((root) => root.path === path) ? expectedVersion : -1;
      await deleteOne(znodes, path, version).catch((error) => {
        if (paths.length === 1) throw error;
        failed.push(itemError(path, error));
      });
    });
  }
  const lost = new Set(failed.map(({ subject }) => subject));
  return { ...changes(items.filter(({ path }) => !lost.has(path))), errors: failed };
}

async function deleteOne(znodes: Znodes, path: string, version: number): Promise<void> {
  await znodes.at(ops.remove, { path, version }).catch(async (error) => {
    if (hasCode(error, 'NONODE')) return;
    if (!hasCode(error, 'NOTEMPTY')) throw error;
    // Somebody created children meanwhile.
    const { children } = await znodes.children(path);
    await mapBounded(children, (name) => deleteOne(znodes, joinPath(path, name), -1));
    await znodes.at(ops.remove, { path, version });
  });
}

export function changes(items: ZnodeChange[]): ZnodeChangeList {
  return { ...listDocument('ZnodeChangeList', 1, items), dryRun: false };
}

export function rehearsed(items: ZnodeChange[]): ZnodeChangeList {
  return { ...listDocument('ZnodeChangeList', 1, items), dryRun: true, validatedBy: 'client' };
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof KctlError && error.code === code;
}

export function otherVersion(path: string, version: number, expected: number): KctlError {
  return new KctlError(`${path} has version ${version}, not ${expected}`, {
    code: 'BADVERSION',
    hint: 'Somebody changed it: read it again, and decide anew.',
  });
}

function hasChildren(path: string, count: number): KctlError {
  return new KctlError(`${path} has ${count} children`, {
    code: 'NOTEMPTY',
    hint: 'To delete all that is below it, add --recursive.',
  });
}

function missing(path: string, hint: string): KctlError {
  return new KctlError(`there is no znode ${path}`, { code: 'NONODE', exitCode: ExitCode.notFound, hint });
}
